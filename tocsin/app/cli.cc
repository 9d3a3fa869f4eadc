// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <CLI/CLI.hpp>

#include "tocsin/app/commands.h"
#include "tocsin/app/rehearse/plan.h"
#include "tocsin/app/terminal.h"
#include "tocsin/app/version.h"
#include "tocsin/pushservice/virtual_readers.h"

namespace tocsin::app {
namespace {

using Run = std::function<int()>;
using RunWithSettings = std::function<int(const Settings&)>;

// The settings given as flags, and the file that was named.
struct Given {
  std::string config_file;
  GivenSettings flags;
};

constexpr const char* kDefaultFile = "tocsin.toml";

Result<Settings> load_settings(const Given& given) {
  GivenSettings file;
  auto read = read_settings_file(given.config_file.empty() ? kDefaultFile : given.config_file);
  if (read) {
    file = *std::move(read);
  } else if (!given.config_file.empty() || read.error().code != Errc::kNotFound) {
    return std::move(read).error();
  }
  return Settings::load(file, read_settings_environment(), given.flags);
}

std::string flag_name(std::string_view setting) {
  std::string flag = "--" + std::string(setting);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

// The command tree. Each command stores what it would run; nothing runs while options are read.
class Cli {
 public:
  explicit Cli(const Clock& clock) : clock_(clock) {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", std::string("tocsin ") + kVersion);
    app_.footer(
        "Exit codes: 0 done, 1 partly, 2 wrong option or input, 70 could not run.\n"
        "Manual: docs/commands.md. Settings: docs/config.md.");
    add_server_commands();
    add_sending_commands();
    add_push_service_commands();
    add_rehearse_command();
    add_comments_commands();
    add_key_commands();
    add_other_commands();
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const bool is_help = error.get_exit_code() == 0;
      app_.exit(error);
      return is_help ? kExitOk : kExitUsage;
    }
    return run_();
  }

 private:
  CLI::App* add(CLI::App& parent, const std::string& name, const std::string& sentence, Run run) {
    auto* command = parent.add_subcommand(name, sentence);
    command->callback([this, run = std::move(run)] { run_ = run; });
    return command;
  }

  CLI::App* add_with_settings(CLI::App& parent, const std::string& name,
                              const std::string& sentence, RunWithSettings run) {
    auto* command = add(parent, name, sentence, [this, run = std::move(run)] {
      const auto settings = load_settings(given_);
      return settings ? run(*settings) : fail(settings.error());
    });
    command->add_option("--config", given_.config_file, "Settings file (default: tocsin.toml)");
    for (const auto& setting : settings_table()) {
      const std::string name_of_setting(setting.name);
      command
          ->add_option_function<std::string>(
              flag_name(setting.name),
              [this, name_of_setting](const std::string& text) {
                given_.flags[name_of_setting] = text;
              },
              std::string(setting.sentence) + " Default: " +
                  (setting.preset.empty() ? "none." : std::string(setting.preset) + "."))
          ->group("Settings");
    }
    return command;
  }

  void add_server_commands() {
    add_with_settings(app_, "serve", "Follow the feeds, serve the pages, send the alerts",
                      [this](const Settings& settings) { return serve_command(settings, clock_); });
    auto* demo = add_with_settings(
        app_, "demo", "A sample newsroom on this machine, with nothing to configure",
        [this](const Settings& settings) { return demo_command(settings, demo_); });
    demo->add_option("--push-service", demo_.push_service,
                     "builtin: a local push service that Firefox can be pointed to")
        ->check(CLI::IsMember({"builtin"}));
    demo->add_option("--every", demo_.every_seconds, "Seconds between two new stories")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    add_with_settings(app_, "check",
                      "Try out settings, data folder, keys and clock; say what to do",
                      check_command);
    auto* config = app_.add_subcommand("config", "The settings")->require_subcommand(1);
    add_with_settings(*config, "print", "The settings that hold, and where each came from",
                      [](const Settings& settings) {
                        print_line(settings.print());
                        return kExitOk;
                      });
  }

  void add_sending_commands() {
    auto* push =
        add(app_, "push", "Send one payload to a file of subscriptions: the curl of Web Push",
            [this] { return push_command(push_); });
    push->add_option("--subscriptions", push_.subscriptions,
                     "One browser PushSubscription JSON a line")
        ->required();
    push->add_option("--vapid", push_.vapid, R"(JSON {"subject","publicKey","privateKey"})")
        ->required();
    push->add_option("--payload", push_.payload, "The message: a file, or - for standard input")
        ->required();
    push->add_option("--ttl", push_.ttl_seconds, "Seconds a push service keeps it for a device")
        ->check(CLI::Range(1, 28 * 86'400))
        ->capture_default_str();
    push->add_option("--urgency", push_.urgency)
        ->check(CLI::IsMember({"very-low", "low", "normal", "high"}))
        ->capture_default_str();
    push->add_option("--collapse-key", push_.collapse_key,
                     "Replaces an undelivered message of the same key (RFC 8030's Topic)");
    push->add_option("--ca", push_.ca_file,
                     "PEM file of authorities to trust besides the system's");
    push->add_option("--connections", push_.connections, "Connections to one push service")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    push->add_flag("--allow-private", push_.allow_private, "Push services on private addresses");
    push->add_flag("--json", push_.json, "Progress as JSON lines");

    auto* subscriptions =
        app_.add_subcommand("subscriptions", "The devices that subscribed")->require_subcommand(1);
    add_with_settings(
        *subscriptions, "import", "Add subscriptions from a file, one JSON a line",
        [this](const Settings& settings) { return subscriptions_import_command(settings, file_); })
        ->add_option("file", file_, "The file, or - for standard input")
        ->required();
    add_with_settings(*subscriptions, "export", "Write all active subscriptions, one JSON a line",
                      subscriptions_export_command);
  }

  void add_push_service_commands() {
    auto* service = add(app_, "push-service",
                        "A push service on this machine (RFC 8030), for tests and rehearsals",
                        [this] { return push_service_command(service_); });
    service->add_option("--address", service_.address)->capture_default_str();
    service->add_option("--port", service_.port, "For push requests (HTTP/2 over TLS); 0 takes any")
        ->capture_default_str();
    service
        ->add_option("--browser-port", service_.browser_port,
                     "For Firefox's dom.push.serverURL (WebSocket); 0 takes any")
        ->capture_default_str();
    service->add_option("--folder", service_.folder, "Its certificate, readers and ledger")
        ->capture_default_str();
    service
        ->add_option("--readers", service_.readers,
                     "Virtual readers; their subscriptions are written to readers.jsonl")
        ->check(CLI::Range(std::uint64_t{0}, pushservice::VirtualReaders::kReadersMax));
    service
        ->add_option("--seed", service_.seed,
                     "Decides the virtual readers' keys, latencies and faults")
        ->capture_default_str();
    service
        ->add_option("--latency", service_.latency,
                     "MIN-MAX: answer so many milliseconds late, uniformly")
        ->capture_default_str();
    service->add_option("--faults", service_.faults,
                        "Shares of requests that fail, as in 410:0.01,429:0.02,reset:0.001; see "
                        "docs/commands.md");
    service
        ->add_option("--rate", service_.rate,
                     "Requests a second; more are answered with 429. 0: no limit")
        ->check(CLI::Range(0, 10'000'000))
        ->capture_default_str();
    service->add_option("--streams", service_.streams, "Requests at a time on one connection")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    service
        ->add_option("--decrypt-every", service_.decrypt_every,
                     "Open each n-th message with its reader's keys (0.1 ms); 0: none")
        ->check(CLI::Range(0, 1'000'000'000))
        ->capture_default_str();
    service
        ->add_option("--capture", service_.capture,
                     "Keep so many messages, drawn at random; they are written to capture.jsonl at "
                     "the end")
        ->check(CLI::Range(0, 1'000'000));
    service->add_option("--log-json", service_.log_json, "Log one JSON object a line");
    auto* ledger = add(app_, "ledger", "What a push service's ledger says: who got what how often",
                       [this] { return ledger_command(ledger_); });
    ledger->add_option("--folder", ledger_.folder)->capture_default_str();
    ledger->add_option("--readers", ledger_.readers, "Virtual readers expected")->required();
    ledger->add_option("--collapse-key", ledger_.collapse_key,
                       "Look at messages of this key alone");
  }

  void add_rehearse_command() {
    auto* rehearse =
        add(app_, "rehearse",
            "An election night before it happens: the server, push services and readers, "
            "all on this machine",
            [this] { return rehearse_command(rehearse_); });
    rehearse->add_option("--readers", rehearse_.readers, "Virtual readers with real keys")
        ->check(CLI::Range(10, 50'000'000))
        ->capture_default_str();
    rehearse->add_option("--alerts", rehearse_.alerts, "Alerts, the first of them breaking")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    rehearse->add_option("--interval", rehearse_.interval, "Seconds from one alert to the next")
        ->check(CLI::Range(0, 3600))
        ->capture_default_str();
    rehearse
        ->add_option(
            "--services", rehearse_.services,
            "Push services: alpha has half of the readers, beta half as many as alpha, and "
            "so on; each is slower than the one before")
        ->check(CLI::Range(std::int64_t{1}, kServicesMax))
        ->capture_default_str();
    rehearse->add_option("--latency", rehearse_.latency,
                         "MIN-MAX: all of them answer so many milliseconds late, uniformly");
    rehearse->add_option("--faults", rehearse_.faults,
                         "Shares of requests that fail, as in 410:0.01,429:0.02: at all push "
                         "services, or at one: beta=reset:0.001. May be repeated; see "
                         "docs/commands.md");
    rehearse->add_option("--seed", rehearse_.seed,
                         "Decides readers, headlines, latencies and faults (default: another each "
                         "time; it is printed)");
    rehearse
        ->add_option("--threads", rehearse_.threads,
                     "Sender threads (default: one less than there are cores, for the push "
                     "services need one too; at least 1)")
        ->check(CLI::Range(1, 256));
    rehearse
        ->add_option("--connections", rehearse_.connections,
                     "Most connections of a sender thread to one push service (default: 64, or "
                     "one for each 3,000 readers)")
        ->check(CLI::Range(1, 1024));
    rehearse->add_option("--folder", rehearse_.folder,
                         "Keep everything here; with the same seed, readers and services the next "
                         "rehearsal need not prepare again (default: a temporary folder)");
    auto* capture = rehearse->add_option("--capture", rehearse_.capture,
                                         "Write some messages as they came, drawn at random, to "
                                         "this file, one JSON a line");
    rehearse->add_option("--capture-messages", rehearse_.capture_messages, "About so many")
        ->check(CLI::Range(1, 1'000'000))
        ->needs(capture)
        ->capture_default_str();
    rehearse->add_flag("--json", rehearse_.json, "Events as JSON lines; the last is the result");
  }

  void add_comments_commands() {
    auto* comments =
        app_.add_subcommand("comments", "The conversations under stories")->require_subcommand(1);
    auto* import = add_with_settings(
        *comments, "import", "Bring the comments of WordPress, Disqus, Coral, Isso or Remark42",
        [this](const Settings& settings) { return comments_import_command(settings, import_); });
    import->add_option("files", import_.files, "What it exported, or - for standard input")
        ->required();
    import->add_option("--site", import_.site, "Id, name or address, if there are several");
    import->add_flag("--create-stories", import_.create_stories,
                     "Make a story, in silence, for each page that is none here");
    import->add_option("--pages-at", import_.pages_at,
                       "https://HOST of pages of which only the path is known (Isso)");
    import->add_flag("--keep-readable", import_.keep_readable,
                     "Take what can be read of a file that is damaged");
    import->add_flag("--dry-run", import_.dry_run, "Change nothing, say what would be done");
    import->add_flag("--json", import_.json, "The summary as one JSON object");
    import->footer(
        "The server is stopped. Importing the same again adds nothing. Exit code 1: something was "
        "left out.\nManual: docs/import-comments.md.");
    auto* out = add_with_settings(
        *comments, "export", "Write all comments of a site, of every state",
        [this](const Settings& settings) { return comments_export_command(settings, export_); });
    out->add_option("--format", export_.format, "json: all there is; wordpress: WXR")
        ->check(CLI::IsMember({"json", "wordpress"}))
        ->capture_default_str();
    out->add_option("--site", export_.site, "Id, name or address, if there are several");
    out->add_option("--out", export_.out, "A file for its owner's eyes (default: standard output)");
  }

  void add_key_commands() {
    auto* vapid = app_.add_subcommand("vapid", "The keys that push services know the site by")
                      ->require_subcommand(1);
    add(*vapid, "generate", "Print a new key as JSON",
        [this] { return vapid_generate_command(subject_); })
        ->add_option("--subject", subject_, "mailto:you@your.domain or https://your.domain")
        ->required();
    add_with_settings(
        *vapid, "import", "Use an existing key, so that its subscriptions stay valid",
        [this](const Settings& settings) { return vapid_import_command(settings, file_); })
        ->add_option("file", file_, R"(JSON {"subject","publicKey","privateKey"}, or -)")
        ->required();
    add_with_settings(*vapid, "show", "The public keys in use", vapid_show_command);

    auto* token = app_.add_subcommand("token", "Keys to the API")->require_subcommand(1);
    auto* create = add_with_settings(*token, "create", "Make a token; it is printed once",
                                     [this](const Settings& settings) {
                                       return token_create_command(settings, name_, scopes_);
                                     });
    create->add_option("name", name_, "Who or what will use it")->required();
    create->add_option("--scope", scopes_, "read, write, alert, moderate or admin; may be repeated")
        ->check(CLI::IsMember({"read", "write", "alert", "moderate", "admin"}))
        ->default_val(std::vector<std::string>{"read"});
    add_with_settings(*token, "list", "All tokens, without their secrets", token_list_command);
    add_with_settings(
        *token, "revoke", "Make a token useless",
        [this](const Settings& settings) { return token_revoke_command(settings, name_); })
        ->add_option("name", name_)
        ->required();
  }

  void add_other_commands() {
    auto* feed = app_.add_subcommand("feed", "Feeds")->require_subcommand(1);
    auto* parse =
        add(*feed, "parse", "Read a feed from standard input, print it as one JSON object",
            [this] { return feed_parse_command(feed_); });
    parse->add_option("--content-type", feed_.content_type, "As the HTTP response had it");
    parse->add_option("--base", feed_.base_url, "The feed's own address");
    parse->footer(
        "Exit codes: 0 a feed, even a malformed one; 3 not a feed; 4 over a limit; 2 usage.");
    auto* find = add_with_settings(
        *feed, "find", "The feeds of a site, from any address of it, with a preview",
        [this](const Settings& settings) { return feed_find_command(settings, name_, is_json_); });
    find->add_option("address", name_, "bell.example, or any page of it")->required();
    find->add_flag("--json", is_json_, "One JSON object a feed");
    add_feed_lists(*feed);
    add(app_, "docs", "Write the generated pages of docs/ into a folder",
        [this] { return docs_command(file_); })
        ->group("")
        ->add_option("folder", file_)
        ->required();
  }

  void add_feed_lists(CLI::App& feed) {
    auto* import = add_with_settings(
        feed, "import", "Follow the feeds of another system's list (OPML)",
        [this](const Settings& settings) { return feed_import_command(settings, feed_import_); });
    import->add_option("file", feed_import_.file, "OPML, or - for standard input")->required();
    import->add_option("--site", feed_import_.site, "Id, name or address, if there are several");
    import
        ->add_option("--alert", feed_import_.alert,
                     "Alert for each further item: minor, major or breaking (default: record only)")
        ->check(CLI::IsMember({"minor", "major", "breaking"}));
    import->footer("The server is stopped. Feeds that are followed already stay as they are.");
    add_with_settings(
        feed, "export", "The site's feeds as OPML, for other systems",
        [this](const Settings& settings) { return feed_export_command(settings, name_); })
        ->add_option("--site", name_, "Id, name or address, if there are several");
  }

  const Clock& clock_;
  CLI::App app_{"Tocsin: news to readers' devices, in real time", "tocsin"};
  Run run_;
  Given given_;
  DemoOptions demo_;
  PushOptions push_;
  PushServiceOptions service_;
  LedgerOptions ledger_;
  RehearseOptions rehearse_;
  FeedParseOptions feed_;
  FeedImportOptions feed_import_;
  bool is_json_ = false;
  CommentsImportOptions import_;
  CommentsExportOptions export_;
  std::string file_;
  std::string name_;
  std::string subject_;
  std::vector<std::string> scopes_;
};

}  // namespace

int run_command_line(int argc, char** argv, const Clock& clock) {
  return Cli(clock).run(argc, argv);
}

}  // namespace tocsin::app
