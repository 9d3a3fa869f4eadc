// SPDX-License-Identifier: Apache-2.0
#include <tuple>

#include "tocsin/newsroom/apply/fields.h"
#include "tocsin/newsroom/apply/steps.h"
#include "tocsin/newsroom/limits.h"
#include "tocsin/newsroom/text.h"

namespace tocsin::newsroom {

Result<Effects> apply_body(const View& view, const Command& command, const PutThread& body) {
  core::Thread thread = body.thread;
  if (!thread.id) return bad_field("thread.id", "is missing");
  if (!view.site(thread.site)) return not_found("thread.site", "there is no such site");
  TOCSIN_TRY(std::ignore, check_name("thread.headline", thread.headline, kHeadlineCharactersMax));
  TOCSIN_TRY(std::ignore, check_text("thread.summary", thread.summary, kReasonCharactersMax));
  const auto known = view.thread(thread.id);
  if (known && known->site != thread.site) return conflict("thread.id", "belongs to another site");
  thread.created = known ? known->created : command.at;
  thread.updated = known ? known->updated : command.at;
  if (known && *known == thread) return Effects{};
  thread.updated = command.at;
  return Effects{{thread}};
}

Result<Effects> apply_body(const View& view, const Command& command, const PutEntry& body) {
  core::Entry entry = body.entry;
  if (!entry.id) return bad_field("entry.id", "is missing");
  auto thread = view.thread(entry.thread);
  if (!thread) return not_found("entry.thread", "there is no such thread");
  const auto known = view.entry(entry.id);
  if (known && known->thread != entry.thread) {
    return conflict("entry.id", "belongs to another thread");
  }
  if (!known && !thread->is_live) return conflict("entry.thread", "has ended");
  TOCSIN_TRY(std::ignore, check_text("entry.headline", entry.headline, kHeadlineCharactersMax));
  TOCSIN_TRY(std::ignore, check_html("entry.text", entry.text_html, kSummaryBytesMax));
  TOCSIN_TRY(std::ignore, check_text("entry.correction", entry.correction, kReasonCharactersMax));
  TOCSIN_TRY(std::ignore, check_text("entry.author", entry.author, kNameCharactersMax));
  if (entry.headline.empty() && entry.text_html.empty())
    return bad_field("entry.text", "is missing");
  entry.site = thread->site;
  entry.published = known ? known->published : command.at;
  entry.updated = known ? known->updated : command.at;
  if (known && *known == entry) return Effects{};
  entry.updated = command.at;
  thread->updated = command.at;
  return Effects{{entry, *thread}};
}

// A user's name stands beside what they write: two of one name could not be told apart.
Result<Effects> apply_body(const View& view, const Command& command, const PutUser& body) {
  core::User user = body.user;
  if (!user.id) return bad_field("user.id", "is missing");
  TOCSIN_TRY(std::ignore, check_name("user.name", user.name, kNameCharactersMax));
  TOCSIN_TRY(std::ignore, check_name("user.email", user.email, kNameCharactersMax));
  user.email = folded(collapsed(user.email));
  if (user.email.find('@') == std::string::npos) {
    return bad_field("user.email", "is not an e-mail address");
  }
  for (const auto& other : view.users()) {
    if (other.id == user.id) continue;
    if (other.email == user.email) return conflict("user.email", "is another user's");
    if (folded(other.name) == folded(user.name)) return conflict("user.name", "is another user's");
  }
  const auto known = view.user(user.id);
  user.created = known ? known->created : command.at;
  return Effects{{user}};
}

}  // namespace tocsin::newsroom
