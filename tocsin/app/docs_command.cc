// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "tocsin/api/errors.h"
#include "tocsin/api/openapi.h"
#include "tocsin/app/commands.h"
#include "tocsin/app/terminal.h"
#include "tocsin/app/version.h"
#include "tocsin/observe/metrics.h"

namespace tocsin::app {

int docs_command(const std::string& folder) {
  std::string metrics_page =
      "# Metrics\n\nServed at `/metrics`. Made from the table in `tocsin/observe/metrics.cc` by "
      "`./dev docs`.\n\n";
  metrics_page += metrics::describe();
  const std::pair<std::string_view, std::string> pages[] = {
      {"/config.md", settings_markdown()},
      {"/errors.md", api::errors_markdown()},
      {"/metrics.md", metrics_page},
      {"/openapi.json", api::openapi_document(kVersion).pretty() + "\n"},
  };
  for (const auto& [name, text] : pages) {
    std::string path = folder;
    path += name;
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) return fail({Errc::kInvalidArgument, "cannot write " + path});
  }
  return kExitOk;
}

}  // namespace tocsin::app
