// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tocsin/api/ports.h"
#include "tocsin/base/bytes.h"

// What conversations, people and open pages need, in memory: for tests and fuzzing.
namespace tocsin::api {

// Tokens of sessions are "user-<id>" and "reader-<id>"; a password's hash is "hashed " and itself.
class FakeAccounts final : public Accounts {
 public:
  std::optional<core::UserId> user_of(const crypto::Digest& token) const override {
    const auto found = users.find(token);
    return found == users.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<core::ReaderId> reader_of(const crypto::Digest& token) const override {
    const auto found = readers.find(token);
    return found == readers.end() ? std::nullopt : std::optional(found->second);
  }
  void sign_in(core::UserId user, std::function<void(Result<std::string>)> done) override {
    const std::string token = "user-" + user.text() + std::to_string(++count);
    users[crypto::sha256(as_bytes(token))] = user;
    done(token);
  }
  void sign_in(core::ReaderId reader, std::function<void(Result<std::string>)> done) override {
    const std::string token = "reader-" + reader.text() + std::to_string(++count);
    readers[crypto::sha256(as_bytes(token))] = reader;
    done(token);
  }
  void sign_out(const crypto::Digest& token, std::function<void(Status)> done) override {
    users.erase(token);
    done(ok());
  }
  void sign_out(core::UserId user) override {
    std::erase_if(users, [user](const auto& session) { return session.second == user; });
  }
  void sign_out(core::ReaderId reader) override {
    std::erase_if(readers, [reader](const auto& session) { return session.second == reader; });
  }
  void check_password(std::string stored, std::string password,
                      std::function<void(bool)> done) override {
    ++checks;
    const bool is_right = stored == "hashed " + password;
    if (is_late) {
      late.emplace_back([done, is_right] { done(is_right); });
    } else {
      done(is_right);
    }
  }
  void hash_password(std::string password, std::function<void(Result<std::string>)> done) override {
    if (!is_late) return done("hashed " + password);
    late.emplace_back([done, password] { done("hashed " + password); });
  }
  std::string make_code(const Code& code) override {
    codes.emplace("code" + std::to_string(++count), code);
    return "code" + std::to_string(count);
  }
  std::optional<Code> take_code(std::string_view text) override {
    const auto found = codes.find(std::string(text));
    if (found == codes.end()) return std::nullopt;
    return std::move(codes.extract(found).mapped());
  }
  std::optional<Code> read_code(std::string_view text) const override {
    const auto found = codes.find(std::string(text));
    return found == codes.end() ? std::nullopt : std::optional(found->second);
  }
  std::uint64_t network_hash(std::string_view address) const override { return address.size(); }
  std::string email_hash(std::string_view email) const override {
    return hex(crypto::sha256(as_bytes(email)));
  }

  std::map<crypto::Digest, core::UserId> users;
  std::map<crypto::Digest, core::ReaderId> readers;
  std::map<std::string, Code> codes;
  int count = 0;
  int checks = 0;
  bool is_late = false;
  std::vector<std::function<void()>> late;  // checks under way
};

class FakeOutside final : public Letters, public Classifier, public LivePages, public Receipts {
 public:
  bool has_mail() const override { return can_mail; }
  void mail(const std::string& to, const std::string&, const std::string& text) override {
    mails.emplace_back(to, text);
  }
  void push(const core::SubscriptionId&, const std::string&, const std::string&,
            const std::string& url) override {
    pushed.push_back(url);
  }
  void ask(const core::Site&, const core::Comment&,
           std::function<void(conversation::External)> done) override {
    ++asked;
    done(verdict);
  }
  http::Response open(const LiveWish& wish) override {
    wishes.push_back(wish);
    return {};
  }
  void add(core::AlertId, const core::SubscriptionId&, Receipt receipt) override {
    receipts.push_back(receipt);
  }
  Counts counts(core::AlertId) const override { return {.shown = receipts.size()}; }

  bool can_mail = true;
  std::vector<std::pair<std::string, std::string>> mails;
  std::vector<std::string> pushed;
  int asked = 0;
  conversation::External verdict;
  std::vector<LiveWish> wishes;
  std::vector<Receipt> receipts;
};

}  // namespace tocsin::api
