// SPDX-License-Identifier: Apache-2.0
#include "tocsin/api/openapi.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tocsin/api/routes.h"
#include "tocsin/api/schemas.h"

namespace tocsin::api {
namespace {

Json reference(std::string_view name) {
  return Json{{"$ref", "#/components/schemas/" + std::string(name)}};
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Json content(std::string_view type, Json schema) {
  return Json{{std::string(type), Json{{"schema", std::move(schema)}}}};
}

std::string partial_name(const Schema& schema) { return "Partial" + std::string(schema.name); }
std::string list_name(const Schema& schema) { return std::string(schema.name) + "List"; }

Json text_parameter(std::string_view where, std::string_view name, std::string_view about) {
  Json out{{"name", name}, {"in", where}, {"description", about}};
  if (where == "path") out.set("required", true);
  out.set("schema", Json{{"type", "string"}});
  return out;
}

Json parameters_of(const Route& route) {
  Json::Array out;
  if (route.pattern.find("{id}") != route.pattern.npos) {
    const bool is_device = route.pattern.find("/subscriptions/") != route.pattern.npos;
    out.push_back(text_parameter(
        "path", "id",
        is_device ? "32 characters of hexadecimal, in lower case." : "13 characters of base32."));
  }
  for (const auto& parameter : route.query) {
    out.push_back(text_parameter("query", parameter.name, parameter.about));
  }
  if (route.takes_key()) {
    Json key{{"name", "Idempotency-Key"},
             {"in", "header"},
             {"description",
              "Names the request, so that its repetition is answered as the first one and does "
              "nothing more. Keys are told apart by token and address."}};
    key.set("schema", Json{{"type", "string"}, {"minLength", 1}, {"maxLength", 255}});
    out.push_back(std::move(key));
  }
  return out;
}

// Of answers that are no JSON.
std::string_view text_type_of(std::string_view pattern) {
  if (pattern == "/metrics") return "text/plain";
  if (pattern.ends_with("/live")) return "text/event-stream";
  if (pattern.ends_with("/opml")) return "text/x-opml";
  return "text/markdown";
}

Json success_of(const Route& route) {
  Json out{{"description", route.summary}};
  if (route.answer != nullptr) {
    const Schema& schema = route.answer();
    const Json schema_json =
        reference(route.answers_list ? list_name(schema) : std::string(schema.name));
    out.set("content", content("application/json", schema_json));
  } else if (route.status == 200) {
    const bool is_json = route.pattern.ends_with(".json");
    const auto type = text_type_of(route.pattern);
    out.set("content", is_json ? content("application/json", Json{{"type", "object"}})
                               : content(type, Json{{"type", "string"}}));
  }
  return out;
}

Json responses_of(const Route& route) {
  Json out(Json::Object{});
  out.set(std::to_string(route.status), success_of(route));
  if (route.operation == "register") out.set("200", success_of(route));
  if (route.operation == "getReadiness") out.set("503", success_of(route));
  out.set("default", Json{{"$ref", "#/components/responses/Problem"}});
  return out;
}

Json operation_of(const Route& route) {
  Json out{{"operationId", route.operation}, {"summary", route.summary}};
  if (const auto scope = scope_of(route.access)) {
    out.set("security", Json::array({Json{{"token", Json::array({text(*scope)})}}}));
  } else {
    out.set("security", Json::Array{});
  }
  if (Json parameters = parameters_of(route); !parameters.if_array()->empty()) {
    out.set("parameters", std::move(parameters));
  }
  if (route.body != nullptr) {
    const Schema& schema = route.body();
    const std::string name = route.is_partial ? partial_name(schema) : std::string(schema.name);
    out.set("requestBody", Json{{"required", !schema.fields.empty()},
                                {"content", content("application/json", reference(name))}});
  }
  out.set("responses", responses_of(route));
  return out;
}

Json paths() {
  Json out(Json::Object{});
  for (const auto& route : routes()) {
    if (out.find(route.pattern) != nullptr) continue;
    Json methods(Json::Object{});
    for (const auto& each : routes()) {
      if (each.pattern == route.pattern) methods.set(lower(each.method), operation_of(each));
    }
    out.set(std::string(route.pattern), std::move(methods));
  }
  return out;
}

Json list_schema(const Schema& item) {
  return Json{{"type", "object"},
              {"required", Json::array({"items", "next_cursor"})},
              {"properties",
               Json{{"items", Json{{"type", "array"}, {"items", reference(item.name)}}},
                    {"next_cursor", Json{{"type", Json::array({"string", "null"})},
                                         {"description", "For `cursor`; null at the end."}}}}}};
}

Json schemas_json() {
  std::map<std::string, Json> sorted;
  for (const auto* schema : schemas::all()) {
    sorted[std::string(schema->name)] = json_schema(*schema);
  }
  for (const auto& route : routes()) {
    if (route.answers_list) sorted[list_name(route.answer())] = list_schema(route.answer());
    if (!route.is_partial) continue;
    Schema partial = route.body();
    for (auto& field : partial.fields) field.is_required = false;
    sorted[partial_name(route.body())] = json_schema(partial);
  }
  Json out(Json::Object{});
  for (auto& [name, schema] : sorted) out.set(name, std::move(schema));
  return out;
}

void answer_text(const Call& call, std::string_view type, std::string text) {
  http::Response out{200, {}, std::move(text)};
  out.headers.add("content-type", type);
  out.headers.add("cache-control", "no-store");
  out.headers.add("x-content-type-options", "nosniff");
  call.respond(std::move(out));
}

}  // namespace

Json openapi_document(std::string_view version) {
  Json problem{{"description", "The request was refused; /api/v1/errors lists the codes."},
               {"content", content("application/problem+json", reference("Problem"))}};
  Json token{{"type", "http"},
             {"scheme", "bearer"},
             {"description",
              "Made with `tocsin token create`. The scope that a request needs stands with it; "
              "admin includes the others."}};
  return Json{
      {"openapi", "3.1.0"},
      {"info", Json{{"title", "Tocsin"},
                    {"version", version},
                    {"summary", "News from the wire to the lock screen."},
                    {"license", Json{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers", Json::array({Json{{"url", "/"}}})},
      {"paths", paths()},
      {"components", Json{{"schemas", schemas_json()},
                          {"responses", Json{{"Problem", std::move(problem)}}},
                          {"securitySchemes", Json{{"token", std::move(token)}}}}}};
}

void get_openapi(const Call& call) {
  call.answer(200, openapi_document(call.desk->config.version));
}

void get_health(const Call& call) { call.answer(200, Json{{"status", "ok"}}); }

void get_readiness(const Call& call) {
  const auto readiness = call.ports().readiness();
  if (readiness) return call.answer(200, Json{{"status", "ok"}});
  call.answer(503, Json{{"status", "unavailable"}, {"detail", readiness.error().message}});
}

void get_errors(const Call& call) {
  answer_text(call, "text/markdown; charset=utf-8", errors_markdown());
}

void get_metrics(const Call& call) {
  answer_text(call, "text/plain; version=0.0.4; charset=utf-8", call.ports().metrics());
}

}  // namespace tocsin::api
