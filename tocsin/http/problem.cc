// SPDX-License-Identifier: Apache-2.0
#include "tocsin/http/problem.h"

#include "tocsin/json/json.h"

namespace tocsin::http {

Response Problem::response() const {
  Json body{{"type", type}, {"title", title}, {"status", status}};
  if (!detail.empty()) body.set("detail", detail);
  if (!code.empty()) body.set("code", code);
  if (!errors.empty()) {
    Json list(Json::Array{});
    for (const FieldProblem& error : errors) {
      list.push(Json{{"pointer", error.pointer}, {"detail", error.detail}});
    }
    body.set("errors", std::move(list));
  }
  Response out;
  out.status = status;
  out.headers.add("content-type", "application/problem+json");
  out.headers.add("cache-control", "no-store");
  out.body = body.dump();
  return out;
}

}  // namespace tocsin::http
