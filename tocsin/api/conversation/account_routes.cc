// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"
#include "tocsin/guard/network.h"
#include "tocsin/newsroom/text.h"

// The people of the newsroom and their sessions.
namespace tocsin::api {
namespace {

using core::User;

constexpr std::size_t kLoginChecksMax = 32;  // each takes tens of milliseconds, one after another
constexpr std::string_view kSessionSeconds = "1209600";  // fourteen days

std::string cookie_of(const std::string& token, std::string_view seconds) {
  return std::string(kSessionCookie) + '=' + token + "; Path=/; Secure; HttpOnly; SameSite=Lax; " +
         "Max-Age=" + std::string(seconds);
}

void answer_with_cookie(const Call& call, int status, const Json& json, const std::string& cookie) {
  http::Response response{status, {}, json.dump()};
  response.headers.add("content-type", "application/json");
  response.headers.add("cache-control", "no-store");
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("set-cookie", cookie);
  call.respond(std::move(response));
}

// A session of its own for each sign-in: none that was known before goes on (session fixation).
void answer_session(const Call& call, const User& user, int status) {
  call.ports().accounts.sign_in(user.id, [call, user, status](const Result<std::string>& token) {
    if (!token) return call.refuse(problem_of(token.error()));
    answer_with_cookie(call, status, Json{{"user", user_json(user)}},
                       cookie_of(*token, kSessionSeconds));
  });
}

// The user as they are, or the first one to be; nothing for whom no password is to be set.
std::optional<User> user_now(const Call& call, const User& user) {
  const auto& content = call.ports().content;
  const auto known = content.user(user.id);
  if (!known) return content.users().empty() ? std::optional(user) : std::nullopt;
  return known->is_disabled ? std::nullopt : known;
}

// Hashes the password, puts the user, and goes on. What becomes of the user meanwhile stays so.
void put_user_with_password(const Call& call, User user, std::string password,
                            std::function<void(const Call&, const User&)> then) {
  call.ports().accounts.hash_password(
      std::move(password),
      [call, user = std::move(user), then = std::move(then)](const Result<std::string>& hash) {
        if (!hash) return call.refuse(problem_of(hash.error()));
        auto now = user_now(call, user);
        if (!now) return call.refuse(Refusal::kCodeUnknown);
        now->password = *hash;
        call.execute(newsroom::PutUser{*now},
                     [now = *now, then](const Call& done, const auto& effects) {
                       then(done, record_of(effects, now));
                     });
      });
}

std::optional<User> current_user(const Call& call) {
  const auto session = session_of(call.request);
  const auto id = session ? call.ports().accounts.user_of(*session) : std::nullopt;
  auto user = id ? call.ports().content.user(*id) : std::nullopt;
  if (!user || user->is_disabled) return std::nullopt;
  return user;
}

std::string password_link(const Call& call, core::UserId user) {
  const auto site = call.site();
  const auto code = call.ports().accounts.make_code({Accounts::Purpose::kPassword, user.value, ""});
  return (site ? site->base_url : std::string()) + "/newsroom/#password=" + code;
}

std::optional<User> user_of_path(const Call& call) {
  auto user = call.ports().content.user(call.path_id<core::UserId>());
  if (!user) call.refuse(Refusal::kUserUnknown);
  return user;
}

void change_password(const Call& call, const User& user) {
  put_user_with_password(call, user, *call.body.text("password"),
                         [](const Call& done, const User& put) {
                           done.ports().accounts.sign_out(put.id);
                           answer_session(done, put, 200);
                         });
}

// True unless the request comes from a page of somebody else's; refuses the call then.
bool admit_page(const Call& call) {
  if (is_from_own_page(call.request)) return true;
  call.refuse(Refusal::kOriginForbidden);
  return false;
}

}  // namespace

// Whether the address is unknown or the password wrong is not told, nor shown by the time it takes.
void sign_in(const Call& call) {
  if (!admit_page(call)) return;
  const auto email = newsroom::folded(*call.body.text("email"));
  const auto network = guard::network_of(call.request.remote_address);
  const Instant now = call.ports().clock.instant();
  const Seconds wait = call.desk->logins.wait(email, network, now);
  if (wait > Seconds(0)) return call.refuse_for(wait);
  // One at a time: tries side by side would all come before the first has failed.
  auto& checks = call.desk->login_checks;
  const std::string check = email + '\0' + network;
  if (checks.size() >= kLoginChecksMax || !checks.insert(check).second) {
    return call.refuse_for(Seconds(1));
  }
  const auto user = call.ports().content.user_of_email(email);
  const bool may_sign_in = user && !user->is_disabled;
  call.ports().accounts.check_password(
      may_sign_in ? user->password : std::string(), *call.body.text("password"),
      [call, user, email, network, check](bool is_right) {
        call.desk->login_checks.erase(check);
        auto& logins = call.desk->logins;
        if (!is_right) {
          logins.failed(email, network, call.ports().clock.instant());
          return call.refuse(Refusal::kSignInRefused);
        }
        logins.succeeded(email, network);
        answer_session(call, *user, 200);
      });
}

void get_session(const Call& call) {
  const auto user = current_user(call);
  if (!user) return call.refuse(Refusal::kSessionUnknown);
  call.answer(200, Json{{"user", user_json(*user)}});
}

void sign_out(const Call& call) {
  if (!admit_page(call)) return;
  const auto session = session_of(call.request);
  if (!session) return call.respond({204, {}, ""});
  call.ports().accounts.sign_out(*session, [call](const Status& done) {
    if (!done) return call.refuse(problem_of(done.error()));
    http::Response response{204, {}, ""};
    response.headers.add("set-cookie", cookie_of("", "0"));
    call.respond(std::move(response));
  });
}

// By a link's code, or by the old password.
void set_password(const Call& call) {
  if (!admit_page(call)) return;
  auto& accounts = call.ports().accounts;
  if (const auto text = call.body.text("code")) {
    const auto code = accounts.take_code(*text);
    const bool is_for_password = code && code->purpose == Accounts::Purpose::kPassword;
    const auto user =
        is_for_password ? call.ports().content.user(core::UserId{code->subject}) : std::nullopt;
    if (!user || user->is_disabled) return call.refuse(Refusal::kCodeUnknown);
    return change_password(call, *user);
  }
  const auto user = current_user(call);
  if (!user) return call.refuse(Refusal::kSessionUnknown);
  accounts.check_password(user->password, call.body.text("old").value_or(""),
                          [call, user](bool is_right) {
                            if (!is_right) return call.refuse(Refusal::kSignInRefused);
                            change_password(call, *user);
                          });
}

// The first administrator, by the link that the first start prints. Nobody else can come this way.
void set_up(const Call& call) {
  if (!admit_page(call)) return;
  if (!call.ports().content.users().empty()) return call.refuse(Refusal::kCodeUnknown);
  const auto code = call.ports().accounts.take_code(*call.body.text("code"));
  if (!code || code->purpose != Accounts::Purpose::kSetUp) {
    return call.refuse(Refusal::kCodeUnknown);
  }
  User user{.id = call.ports().ids.next<core::UserKind>(), .role = core::Role::kAdmin};
  take(call.body, "name", user.name);
  take(call.body, "email", user.email);
  put_user_with_password(call, user, *call.body.text("password"),
                         [](const Call& done, const User& put) { answer_session(done, put, 201); });
}

void list_users(const Call& call) {
  Json::Array items;
  for (const auto& user : call.ports().content.users()) items.push_back(user_json(user));
  call.answer_list(std::move(items));
}

void create_user(const Call& call) {
  User user{.id = call.ports().ids.next<core::UserKind>()};
  take(call.body, "name", user.name);
  take(call.body, "email", user.email);
  user.role = *core::parse_role(*call.body.text("role"));
  call.execute(newsroom::PutUser{user}, [user](const Call& done, const auto& effects) {
    const auto made = record_of(effects, user);
    done.answer_created("/api/v1/users", made.id.text(),
                        Json{{"user", user_json(made)}, {"link", password_link(done, made.id)}});
  });
}

void change_user(const Call& call) {
  auto user = user_of_path(call);
  if (!user) return;
  take(call.body, "name", user->name);
  take(call.body, "is_disabled", user->is_disabled);
  if (const auto role = call.body.text("role")) user->role = *core::parse_role(*role);
  call.execute(newsroom::PutUser{*user}, [user](const Call& done, const auto& effects) {
    const auto put = record_of(effects, *user);
    if (put.is_disabled) done.ports().accounts.sign_out(put.id);
    done.answer(200, user_json(put));
  });
}

void make_user_link(const Call& call) {
  const auto user = user_of_path(call);
  if (user) call.answer(200, Json{{"link", password_link(call, user->id)}});
}

}  // namespace tocsin::api
