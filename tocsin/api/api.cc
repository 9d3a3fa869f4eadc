// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/api.h"

#include <algorithm>
#include <utility>

#include "tocsin/api/auth.h"
#include "tocsin/api/call.h"
#include "tocsin/api/routes.h"
#include "tocsin/guard/network.h"
#include "tocsin/http/media_type.h"
#include "tocsin/url/url.h"

namespace tocsin::api {
namespace {

constexpr std::size_t kIdempotencyKeyBytesMax = 255;
constexpr std::string_view kPreflightSeconds = "600";

// "GET, HEAD, PATCH"
std::string methods_of(const RouteMatch& match) {
  std::string out;
  for (const auto* route : match.at_path) {
    if (!out.empty()) out += ", ";
    out += route->method;
    if (route->method == "GET") out += ", HEAD";
  }
  return out;
}

bool is_for_readers(Access access) {
  return access == Access::kReader || access == Access::kWriter;
}

bool is_for_readers(const RouteMatch& match) {
  return std::any_of(match.at_path.begin(), match.at_path.end(),
                     [](const Route* route) { return is_for_readers(route->access); });
}

// True if pages of `origin` may use the readers' API of the site the request is for: its own pages
// and those it names.
bool is_allowed_origin(const Desk& desk, const http::Request& request, std::string_view origin) {
  if (origin == "http://" + request.host || origin == "https://" + request.host) return true;
  const auto site = desk.site(request.parameter("site"), request.host);
  if (!site) return false;
  const auto own = Url::parse(site->base_url);
  if (own && own->origin() == origin) return true;
  return std::find(site->origins.begin(), site->origins.end(), origin) != site->origins.end();
}

// Who wrote the request, if their token is known.
std::optional<core::Reader> reader_of(const http::Request& request, const Ports& ports) {
  const auto token = bearer_of(request);
  const auto id = token ? ports.accounts.reader_of(*token) : std::nullopt;
  auto reader = id ? ports.content.reader(*id) : std::nullopt;
  if (!reader || reader->is_erased) return std::nullopt;
  return reader;
}

// Lets pages of that origin read the answer (the CORS protocol of the Fetch standard).
http::Respond readable_by(std::string_view origin, http::Respond respond) {
  return [origin = std::string(origin), respond = std::move(respond)](http::Response response) {
    response.headers.add("access-control-allow-origin", origin);
    response.headers.add("access-control-expose-headers", "location, retry-after");
    respond(std::move(response));
  };
}

http::Response preflight(const RouteMatch& match) {
  http::Response out{204, {}, ""};
  out.headers.add("access-control-allow-methods", methods_of(match));
  out.headers.add("access-control-allow-headers", "authorization, content-type, idempotency-key");
  out.headers.add("access-control-max-age", kPreflightSeconds);
  return out;
}

// Reads the body as the route's schema has it; refuses the call and is false if that fails.
bool read_body(Call& call, const Route& route, const std::string& text) {
  const Schema& schema = route.body();
  if (text.empty() && schema.fields.empty()) return true;
  const auto type = http::MediaType::parse(call.request.headers.find("content-type").value_or(""));
  if (!type || (type->essence != "application/json" && !type->essence.ends_with("+json"))) {
    call.refuse(Refusal::kBodyNotJson);
    return false;
  }
  auto json = Json::parse(text);
  if (!json) {
    const bool is_large = json.error().code == Errc::kExhausted;
    call.refuse(is_large ? Refusal::kBodyTooLarge : Refusal::kJsonMalformed, json.error().message);
    return false;
  }
  auto found = check(*json, schema, route.is_partial);
  if (!found.empty()) {
    const bool is_unknown = !found.unknown.empty();
    auto& findings = is_unknown ? found.unknown : found.wrong;
    std::string detail = findings.front().pointer + ' ' + findings.front().detail + '.';
    call.refuse(problem(is_unknown ? Refusal::kBodyUnknownField : Refusal::kBodyInvalid,
                        std::move(detail), std::move(findings)));
    return false;
  }
  call.body = *std::move(json);
  return true;
}

// Names the command by the request's key, or by chance; refuses the call and is false if the key
// cannot be used.
bool name_command(Call& call, const Route& route, const std::string& body) {
  const auto key = call.request.headers.find("idempotency-key");
  if (!key || !route.takes_key()) {
    call.ports().random.fill(call.command);
    return true;
  }
  const bool is_printable =
      std::all_of(key->begin(), key->end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (key->empty() || key->size() > kIdempotencyKeyBytesMax || !is_printable) {
    call.refuse(Refusal::kKeyInvalid);
    return false;
  }
  call.command = command_id(call.token.id, call.request, *key);
  call.keyed_body = crypto::sha256(as_bytes(body));
  return true;
}

// Refuses the call and is false if its sender may not make it.
bool admit(Call& call, const Route& route) {
  if (const auto scope = scope_of(route.access)) {
    auto outcome = authenticate(call.request, *scope, call.ports());
    if (auto* refusal = std::get_if<http::Response>(&outcome)) {
      call.respond(std::move(*refusal));
      return false;
    }
    call.token = std::get<TokenInfo>(std::move(outcome));
  }
  if (is_for_readers(route.access)) call.reader = reader_of(call.request, call.ports());
  if (route.access == Access::kWriter) {
    if (!call.reader) {
      call.refuse(Refusal::kReaderUnknown);
      return false;
    }
    call.token.id = "reader " + call.reader->id.text();
    call.token.name = call.reader->name;
  }
  if (!route.is_limited) return true;
  const auto wait = call.desk->strangers.refuse(guard::network_of(call.request.remote_address),
                                                call.ports().clock.instant());
  if (!wait) return true;
  call.refuse_for(*wait);
  return false;
}

// A page may read the answer, or cause a change, only if its origin is allowed. Refuses the call
// and is false if it is not.
bool admit_origin(Call& call, const RouteMatch& match) {
  const auto respond = call.respond;
  call.respond = [respond](http::Response response) {
    response.headers.add("vary", "origin");
    respond(std::move(response));
  };
  const auto origin = call.request.headers.find("origin");
  if (!origin) return true;
  if (is_allowed_origin(*call.desk, call.request, *origin)) {
    call.respond = readable_by(*origin, std::move(call.respond));
    return true;
  }
  const bool is_safe = match.route != nullptr && match.route->method == "GET";
  if (is_safe) return true;
  call.refuse(Refusal::kOriginForbidden);
  return false;
}

void refuse_address(const Call& call, const RouteMatch& match) {
  if (match.at_path.empty()) return call.refuse(Refusal::kRouteUnknown);
  auto response = problem(Refusal::kMethodNotAllowed).response();
  response.headers.add("allow", methods_of(match));
  call.respond(std::move(response));
}

}  // namespace

Api::Api(Config config, const Ports& ports)
    : desk_(std::make_unique<Desk>(std::move(config), ports)) {}
Api::~Api() = default;

bool Api::owns(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") || path == "/healthz" || path == "/readyz" ||
         path == "/metrics";
}

void Api::handle(const http::Request& request, http::Respond respond) {
  auto match = match_route(request.method == "HEAD" ? "GET" : request.method, request.path);
  Call call;
  call.desk = desk_.get();
  call.request = {.method = request.method,
                  .path = request.path,
                  .query = request.query,
                  .headers = request.headers,
                  .body = {},
                  .host = request.host,
                  .remote_address = request.remote_address,
                  .is_awaited = request.is_awaited};
  call.id = std::move(match.id);
  call.respond = std::move(respond);

  if (is_for_readers(match)) {
    if (!admit_origin(call, match)) return;
    if (request.method == "OPTIONS") return call.respond(preflight(match));
  }
  if (match.route == nullptr) return refuse_address(call, match);
  const Route& route = *match.route;
  if (!admit(call, route)) return;
  if (route.body != nullptr && !read_body(call, route, request.body)) return;
  if (!name_command(call, route, request.body)) return;
  route.handle(call);
}

}  // namespace tocsin::api
