// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tocsin/app/commands.h"
#include "tocsin/app/comments/archive_files.h"
#include "tocsin/app/comments/site.h"
#include "tocsin/app/comments/summary.h"
#include "tocsin/app/server_settings.h"
#include "tocsin/app/terminal.h"
#include "tocsin/crypto/crypto.h"
#include "tocsin/server/conversation/account_book.h"
#include "tocsin/server/conversation/archive_import.h"
#include "tocsin/url/url.h"

namespace tocsin::app {
namespace {

// The data folder: open for writing, or for a dry run for reading, which a server may allow.
struct Folder {
  std::unique_ptr<store::Store> store;  // none: a dry run
  std::unique_ptr<store::Reader> reading;

  store::Reader& reader() const { return store ? store->reader() : *reading; }
};

Result<Folder> open_folder(const Settings& settings, bool dry_run) {
  Folder out;
  if (dry_run) {
    TOCSIN_TRY(out.reading, store::Reader::open(settings.text("data_folder")));
  } else {
    TOCSIN_TRY(out.store, open_data_folder(server_config(settings)));
  }
  return out;
}

// "https://www.news.example" of what was given.
Result<std::string> origin_of(const std::string& text) {
  if (text.empty()) return std::string();
  const auto url = Url::parse(text);
  if (!url || !url->is_http()) {
    return Error{Errc::kInvalidArgument,
                 "--pages-at is to be an address such as https://www.news.example"};
  }
  return url->origin();
}

Result<server::ImportRules> rules_of(const CommentsImportOptions& options, store::Reader& reader) {
  server::ImportRules out;
  out.creates_stories = options.create_stories;
  out.now = system_clock().now();
  TOCSIN_TRY(out.pages_at, origin_of(options.pages_at));
  TOCSIN_TRY(const auto key, reader.load_installation_key());
  if (key) out.network_hash = server::network_hash_of(*key);
  return out;
}

// What the conversation is called in messages.
std::string name_of(const archive::ArchivedConversation& conversation) {
  if (!conversation.page_url.empty()) return conversation.page_url;
  return conversation.page_path.empty() ? conversation.key : conversation.page_path;
}

// Imports one archive. `import`: none in a dry run.
Status import_archive(const archive::Archive& archive, server::ArchiveMapping& mapping,
                      server::ArchiveImport* import, Time now) {
  ProgressBar bar("importing", archive.comments(), system_clock());
  std::uint64_t done = 0;
  for (const auto& conversation : archive.conversations) {
    auto bodies = mapping.plan(archive.format, conversation);
    if (import != nullptr) {
      TOCSIN_TRY(std::ignore, import->add(name_of(conversation), std::move(bodies), now));
    }
    done += conversation.comments.size();
    bar.show(done);
  }
  return import != nullptr ? import->finish() : ok();
}

Status import_files(const CommentsImportOptions& options, Folder& folder, ImportSummary& summary) {
  TOCSIN_TRY(const auto site, pick_site(folder.reader().content(), options.site));
  TOCSIN_TRY(const auto rules, rules_of(options, folder.reader()));
  summary.site = site;
  crypto::SecureRandom random;
  server::ArchiveMapping mapping(folder.reader().content(), site,
                                 server::stories_of(folder.reader().content(), site.id), rules);
  std::unique_ptr<server::ArchiveImport> import;
  if (folder.store) import = std::make_unique<server::ArchiveImport>(*folder.store, random);
  auto done =
      read_archives(options.files, {.keep_what_is_readable = options.keep_readable},
                    [&](const archive::Archive& archive) {
                      summary.formats.push_back(archive.format);
                      auto& all = summary.warnings;
                      all.insert(all.end(), archive.warnings.begin(), archive.warnings.end());
                      return import_archive(archive, mapping, import.get(), rules.now);
                    });
  summary.counts = mapping.counts();
  if (import) summary.refused = import->refused();
  return done;
}

}  // namespace

int comments_import_command(const Settings& settings, const CommentsImportOptions& options) {
  auto folder = open_folder(settings, options.dry_run);
  if (!folder) return fail(folder.error());
  ImportSummary summary;
  summary.is_dry_run = options.dry_run;
  summary.creates_stories = options.create_stories;
  const auto done = import_files(options, *folder, summary);
  if (!done && summary.formats.empty()) return fail(done.error());
  print_notes(summary);
  print_line(options.json ? to_json(summary).dump() : to_text(summary));
  if (!done) {
    const int code = fail(done.error());
    return code == kExitUsage ? kExitPartly : code;  // a file before was taken
  }
  return summary.is_whole() ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
