// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tocsin/core/content.h"
#include "tocsin/json/json.h"
#include "tocsin/server/conversation/archive_mapping.h"

namespace tocsin::app {

// What an import of comments did, or in a dry run would do.
struct ImportSummary {
  core::Site site;
  std::vector<std::string> formats;  // of the archives, in their order
  server::ImportCounts counts;
  std::vector<std::string> warnings;  // of their readers
  std::vector<std::string> refused;   // "https://...: why": not imported
  bool is_dry_run = false;
  bool creates_stories = false;

  // Every conversation of the archives found its place.
  bool is_whole() const { return counts.left_out == 0 && refused.empty(); }
};

// A table, and what is to be done next.
std::string to_text(const ImportSummary& summary);
Json to_json(const ImportSummary& summary);

// Warnings and refusals, on standard error.
void print_notes(const ImportSummary& summary);

}  // namespace tocsin::app
