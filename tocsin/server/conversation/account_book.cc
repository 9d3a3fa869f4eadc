// SPDX-License-Identifier: Apache-2.0
#include "tocsin/server/conversation/account_book.h"

#include <charconv>
#include <tuple>
#include <utility>
#include <vector>

#include "tocsin/base/base64url.h"
#include "tocsin/base/bytes.h"
#include "tocsin/newsroom/text.h"
#include "tocsin/observe/log.h"
#include "tocsin/password/password.h"

namespace tocsin::server {
namespace {

using store::Session;

constexpr Seconds kUserSession{14 * 86'400};
constexpr Seconds kReaderSession{365 * 86'400};
constexpr Seconds kSignInCode{15 * 60};
constexpr Seconds kPasswordCode{2 * 86'400};
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kUsedMax = 100'000;

// No password's hash, so that an unknown account takes as long as a known one.
constexpr std::string_view kNobody =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

// The password that such a link sets is what ends it.
bool sets_password(api::Accounts::Purpose purpose) {
  using Purpose = api::Accounts::Purpose;
  return purpose == Purpose::kPassword || purpose == Purpose::kSetUp;
}

Seconds lifetime_of(api::Accounts::Purpose purpose) {
  return sets_password(purpose) ? kPasswordCode : kSignInCode;
}

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number out = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), out);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == text.npos) return out;
    text.remove_prefix(end + 1);
  }
}

void report(const char* event, const Status& status) {
  if (!status) log::error(event, {{"why", status.error().message}});
}

}  // namespace

std::function<std::uint64_t(std::string_view)> network_hash_of(const store::InstallationKey& key) {
  const crypto::HmacKey main(key.reveal());
  return [names = guard::NetworkHash(main.mac(as_bytes("networks")))](std::string_view address) {
    std::uint64_t out = 0;
    for (const auto byte : names.of(address)) out = out << 8 | byte;
    // SQLite's integers are signed.
    return out >> 1;
  };
}

AccountBook::AccountBook(net::Loop& loop, store::Store& store, Random& random, const Clock& clock)
    : loop_(loop), store_(store), random_(random), clock_(clock) {}

Status AccountBook::load() {
  TOCSIN_TRY(auto found, store_.reader().load_installation_key());
  if (!found) {
    crypto::Digest fresh{};
    random_.fill(fresh);
    found.emplace(fresh);
    store_.put_installation_key(*found, [](const Result<std::monostate>& kept) {
      if (!kept) log::error("accounts.key_not_kept", {{"why", kept.error().message}});
    });
  }
  key_.emplace(found->reveal());
  network_hash_ = network_hash_of(*found);
  return ok();
}

std::optional<std::uint64_t> AccountBook::owner_of(const crypto::Digest& token,
                                                   Session::Kind kind) const {
  const auto found = store_.reader().find_session(token);
  if (!found) {
    log::error("accounts.session_unreadable", {{"why", found.error().message}});
    return std::nullopt;
  }
  if (!*found || (*found)->kind != kind || (*found)->expires <= clock_.now()) return std::nullopt;
  return (*found)->owner;
}

std::optional<core::UserId> AccountBook::user_of(const crypto::Digest& token) const {
  const auto owner = owner_of(token, Session::Kind::kUser);
  return owner ? std::optional(core::UserId{*owner}) : std::nullopt;
}

std::optional<core::ReaderId> AccountBook::reader_of(const crypto::Digest& token) const {
  const auto owner = owner_of(token, Session::Kind::kReader);
  return owner ? std::optional(core::ReaderId{*owner}) : std::nullopt;
}

void AccountBook::begin(Session::Kind kind, std::uint64_t owner, Seconds lifetime,
                        std::function<void(Result<std::string>)> done) {
  Bytes secret(kTokenBytes);
  random_.fill(secret);
  const std::string token = base64url(secret);
  const Time now = clock_.now();
  store_.add_session({.hash = crypto::sha256(as_bytes(token)),
                      .kind = kind,
                      .owner = owner,
                      .created = now,
                      .expires = now + lifetime},
                     [token, done = std::move(done)](const Result<std::monostate>& added) {
                       if (!added) return done(added.error());
                       done(token);
                     });
}

void AccountBook::sign_in(core::UserId user, std::function<void(Result<std::string>)> done) {
  begin(Session::Kind::kUser, user.value, kUserSession, std::move(done));
}

void AccountBook::sign_in(core::ReaderId reader, std::function<void(Result<std::string>)> done) {
  begin(Session::Kind::kReader, reader.value, kReaderSession, std::move(done));
}

void AccountBook::sign_out(const crypto::Digest& token, std::function<void(Status)> done) {
  store_.remove_session(token, [done = std::move(done)](const Result<std::monostate>& removed) {
    done(removed ? ok() : Status(removed.error()));
  });
}

void AccountBook::end_all(Session::Kind kind, std::uint64_t owner) {
  store_.remove_sessions_of(kind, owner, [](const Result<std::monostate>& removed) {
    report("accounts.not_signed_out", removed ? ok() : Status(removed.error()));
  });
}

void AccountBook::sign_out(core::UserId user) { end_all(Session::Kind::kUser, user.value); }
void AccountBook::sign_out(core::ReaderId reader) { end_all(Session::Kind::kReader, reader.value); }

void AccountBook::check_password(std::string stored, std::string password,
                                 std::function<void(bool)> done) {
  hashing_.loop().post(
      [this, stored = std::move(stored), password = std::move(password), done = std::move(done)] {
        const bool is_known = !stored.empty();
        const bool fits = password::verify_password(is_known ? stored : kNobody, password);
        loop_.post([done, is_right = is_known && fits] { done(is_right); });
      });
}

void AccountBook::hash_password(std::string password,
                                std::function<void(Result<std::string>)> done) {
  hashing_.loop().post([this, password = std::move(password), done = std::move(done)] {
    crypto::SecureRandom random;
    loop_.post([done, hash = password::hash_password(password, random)] { done(hash); });
  });
}

std::string AccountBook::password_mark(std::uint64_t user) const {
  const auto found = store_.reader().content().user(core::UserId{user});
  return signature_of("password " + (found ? found->password : std::string())).substr(0, 12);
}

std::string AccountBook::signature_of(std::string_view text) const {
  return base64url(key_->mac(as_bytes(text)));
}

// purpose.subject.detail.expiry.nonce.signature
std::string AccountBook::make_code(const Code& code) {
  Bytes nonce(12);
  random_.fill(nonce);
  const Time expires = clock_.now() + lifetime_of(code.purpose);
  const std::string detail =
      code.purpose == Purpose::kPassword ? password_mark(code.subject) : code.detail;
  std::string text = std::to_string(static_cast<int>(code.purpose)) + '.' +
                     std::to_string(code.subject) + '.' + detail + '.' +
                     std::to_string(expires.time_since_epoch().count()) + '.' + base64url(nonce);
  return text + '.' + signature_of(text);
}

// Nothing if it was used, too.
std::optional<AccountBook::ReadCode> AccountBook::read(std::string_view text) const {
  const auto dot = text.rfind('.');
  if (dot == text.npos) return std::nullopt;
  const auto signed_part = text.substr(0, dot);
  const auto wanted = signature_of(signed_part);
  if (!crypto::is_equal(as_bytes(wanted), as_bytes(text.substr(dot + 1)))) return std::nullopt;
  const auto parts = split(signed_part, '.');
  if (parts.size() != 5) return std::nullopt;
  const auto purpose = number_of<int>(parts[0]);
  const auto subject = number_of<std::uint64_t>(parts[1]);
  const auto expiry = number_of<std::int64_t>(parts[3]);
  if (!purpose || !subject || !expiry) return std::nullopt;
  ReadCode out{.code = {static_cast<Purpose>(*purpose), *subject, std::string(parts[2])},
               .signed_part = std::string(signed_part),
               .expires = Time{Millis{*expiry}}};
  if (out.expires <= clock_.now() || used_.contains(out.signed_part)) return std::nullopt;
  const auto& code = out.code;
  if (code.purpose == Purpose::kPassword && code.detail != password_mark(code.subject)) {
    return std::nullopt;
  }
  return out;
}

std::optional<api::Accounts::Code> AccountBook::read_code(std::string_view text) const {
  auto found = read(text);
  if (!found) return std::nullopt;
  return std::move(found->code);
}

std::optional<api::Accounts::Code> AccountBook::take_code(std::string_view text) {
  std::erase_if(used_, [now = clock_.now()](const auto& used) { return used.second <= now; });
  auto found = read(text);
  if (!found) return std::nullopt;
  if (sets_password(found->code.purpose)) return std::move(found->code);
  if (used_.size() >= kUsedMax) return std::nullopt;
  used_.emplace(std::move(found->signed_part), found->expires);
  return std::move(found->code);
}

std::uint64_t AccountBook::network_hash(std::string_view address) const {
  return network_hash_(address);
}

std::string AccountBook::email_hash(std::string_view email) const {
  const std::string folded = newsroom::folded(newsroom::collapsed(email));
  return hex(key_->mac(as_bytes("email " + folded)));
}

}  // namespace tocsin::server
