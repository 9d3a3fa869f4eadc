// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tocsin/api/ports.h"
#include "tocsin/base/clock.h"
#include "tocsin/base/random.h"
#include "tocsin/guard/network.h"
#include "tocsin/net/loop.h"
#include "tocsin/store/store.h"

namespace tocsin::server {

// Names networks as AccountBook does, for commands that have no server. Any thread.
std::function<std::uint64_t(std::string_view address)> network_hash_of(
    const store::InstallationKey& key);

// Sessions, passwords and links. Main loop; passwords are hashed on a thread of its own.
//
// A link is signed with the installation's key, so it outlives a restart. That one to sign in was
// used is remembered while the process lives. One that sets a password is good until it has: it
// fits the old password alone, and the one that makes the first administrator is for when there is
// no user.
class AccountBook final : public api::Accounts {
 public:
  // All outlive this.
  AccountBook(net::Loop& loop, store::Store& store, Random& random, const Clock& clock);

  // Reads the installation's key, or makes it. Before all else.
  Status load();

  std::optional<core::UserId> user_of(const crypto::Digest& token) const override;
  std::optional<core::ReaderId> reader_of(const crypto::Digest& token) const override;
  void sign_in(core::UserId user, std::function<void(Result<std::string>)> done) override;
  void sign_in(core::ReaderId reader, std::function<void(Result<std::string>)> done) override;
  void sign_out(const crypto::Digest& token, std::function<void(Status)> done) override;
  void sign_out(core::UserId user) override;
  void sign_out(core::ReaderId reader) override;
  void check_password(std::string stored, std::string password,
                      std::function<void(bool)> done) override;
  void hash_password(std::string password, std::function<void(Result<std::string>)> done) override;
  std::string make_code(const Code& code) override;
  std::optional<Code> take_code(std::string_view text) override;
  std::optional<Code> read_code(std::string_view text) const override;
  std::uint64_t network_hash(std::string_view address) const override;
  std::string email_hash(std::string_view email) const override;

 private:
  struct ReadCode {
    Code code;
    std::string signed_part;
    Time expires;
  };
  std::optional<ReadCode> read(std::string_view text) const;
  std::optional<std::uint64_t> owner_of(const crypto::Digest& token,
                                        store::Session::Kind kind) const;
  void begin(store::Session::Kind kind, std::uint64_t owner, Seconds lifetime,
             std::function<void(Result<std::string>)> done);
  void end_all(store::Session::Kind kind, std::uint64_t owner);
  // What a link to set the password of that user is bound to.
  std::string password_mark(std::uint64_t user) const;
  std::string signature_of(std::string_view text) const;

  net::Loop& loop_;
  store::Store& store_;
  Random& random_;
  const Clock& clock_;
  std::optional<crypto::HmacKey> key_;
  std::function<std::uint64_t(std::string_view)> network_hash_;
  std::map<std::string, Time> used_;  // codes, until they expire
  net::LoopThread hashing_;
};

}  // namespace tocsin::server
