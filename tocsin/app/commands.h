// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tocsin/app/settings.h"
#include "tocsin/base/clock.h"

// The commands of the command line, each a function from its options to an exit code. cli.cc reads
// the options; docs/commands.md and --help say what each does.
namespace tocsin::app {

int serve_command(const Settings& settings, const Clock& clock);

struct DemoOptions {
  std::string push_service;  // "" (the browsers' own) or "builtin"
  std::int64_t every_seconds = 60;
};
int demo_command(const Settings& settings, const DemoOptions& options);

int check_command(const Settings& settings);

struct FeedParseOptions {
  std::string content_type;
  std::string base_url;
};
int feed_parse_command(const FeedParseOptions& options);
int feed_find_command(const Settings& settings, const std::string& address, bool json);

struct FeedImportOptions {
  std::string file;
  std::string site;   // id, name or address; empty: the only one
  std::string alert;  // "minor", "major", "breaking"; empty: record only
};
int feed_import_command(const Settings& settings, const FeedImportOptions& options);
int feed_export_command(const Settings& settings, const std::string& site);

struct PushOptions {
  std::string subscriptions;
  std::string vapid;
  std::string payload;
  std::int64_t ttl_seconds = 86'400;
  std::string urgency = "normal";
  std::string collapse_key;
  std::string ca_file;
  std::int64_t connections = 16;
  bool allow_private = false;
  bool json = false;
};
int push_command(const PushOptions& options);

struct PushServiceOptions {
  std::string address = "127.0.0.1";
  std::int64_t port = 7443;
  std::int64_t browser_port = 7002;
  std::string folder = "tocsin-push-service";
  std::int64_t readers = 0;
  std::uint64_t seed = 1;
  std::string latency = "0";
  std::string faults;
  std::int64_t rate = 0;  // requests a second; 0: no limit
  std::int64_t streams = 100;
  std::int64_t decrypt_every = 1000;
  std::int64_t capture = 0;
  bool log_json = false;
};
int push_service_command(const PushServiceOptions& options);

struct LedgerOptions {
  std::string folder = "tocsin-push-service";
  std::int64_t readers = 0;
  std::string collapse_key;  // of one alert; empty: all messages
};
int ledger_command(const LedgerOptions& options);

struct RehearseOptions {
  std::int64_t readers = 100'000;
  std::int64_t alerts = 3;
  std::int64_t services = 3;
  std::string latency;              // of all services; empty: each has its own
  std::vector<std::string> faults;  // "LIST" for all services, "NAME=LIST" for one
  std::optional<std::uint64_t> seed;
  std::int64_t threads = 0;      // 0: see plan_rehearsal()
  std::int64_t connections = 0;  // to each service; 0: as many as its readers need
  std::string folder;            // empty: a temporary one
  std::int64_t interval = 5;     // seconds from one alert to the next
  std::string capture;           // file for messages as they came; empty: none
  std::int64_t capture_messages = 1'000;
  bool json = false;
};
int rehearse_command(const RehearseOptions& options);

int subscriptions_import_command(const Settings& settings, const std::string& file);
int subscriptions_export_command(const Settings& settings);

struct CommentsImportOptions {
  std::vector<std::string> files;
  std::string site;  // id, name or address; empty: the only one
  std::string pages_at;
  bool create_stories = false;
  bool keep_readable = false;
  bool dry_run = false;
  bool json = false;
};
int comments_import_command(const Settings& settings, const CommentsImportOptions& options);

struct CommentsExportOptions {
  std::string format = "json";  // or "wordpress"
  std::string site;             // as above
  std::string out;              // empty: standard output
};
int comments_export_command(const Settings& settings, const CommentsExportOptions& options);

int vapid_generate_command(const std::string& subject);
int vapid_import_command(const Settings& settings, const std::string& file);
int vapid_show_command(const Settings& settings);

int token_create_command(const Settings& settings, const std::string& name,
                         const std::vector<std::string>& scopes);
int token_list_command(const Settings& settings);
int token_revoke_command(const Settings& settings, const std::string& name);

// Writes the generated pages into a folder.
int docs_command(const std::string& folder);

// Reads the command line, runs the command it names and gives its exit code. `clock` is what a
// server goes by.
int run_command_line(int argc, char** argv, const Clock& clock = system_clock());

}  // namespace tocsin::app
