// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tocsin/api/conversation/json.h"
#include "tocsin/api/routes.h"
#include "tocsin/guard/network.h"
#include "tocsin/live/hub.h"

// Open pages, developing stories, and what devices report.
namespace tocsin::api {
namespace {

using core::Entry;
using core::Thread;

constexpr std::size_t kWishesMax = 16;
constexpr std::size_t kThreadsPage = 50;

// Every value of that parameter.
std::vector<std::string> parameters(const http::Request& request, std::string_view name) {
  std::vector<std::string> out;
  std::string_view rest = request.query;
  while (!rest.empty() && out.size() <= kWishesMax) {
    const auto end = std::min(rest.find('&'), rest.size());
    http::Request one;
    one.query = rest.substr(0, end);
    if (auto value = one.parameter(name)) out.push_back(*std::move(value));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

template <class IdType>
bool take_ids(const Call& call, std::string_view name, std::vector<IdType>& target) {
  for (const auto& text : parameters(call.request, name)) {
    const auto id = IdType::parse(text);
    if (!id) {
      call.refuse(Refusal::kQueryInvalid, std::string(name) + ": is not an id.");
      return false;
    }
    target.push_back(*id);
  }
  return true;
}

std::optional<Thread> thread_of_path(const Call& call) {
  auto thread = call.ports().content.thread(call.path_id<core::ThreadId>());
  if (!thread) call.refuse(Refusal::kThreadUnknown);
  return thread;
}

Json thread_answer(const Call& call, const Thread& thread) {
  return thread_json(thread, call.ports().content.site(thread.site).value_or(core::Site{}));
}

void take_thread(const Json& body, Thread& thread) {
  take(body, "headline", thread.headline);
  take(body, "summary", thread.summary);
  take(body, "is_live", thread.is_live);
}

void take_entry(const Call& call, Entry& entry) {
  const auto site = call.ports().content.site(entry.site).value_or(core::Site{});
  take(call.body, "headline", entry.headline);
  if (const auto html = call.body.text("text")) {
    entry.text_html = call.ports().sanitize_html(*html, site.base_url);
  }
  take(call.body, "is_key", entry.is_key);
  take(call.body, "correction", entry.correction);
  take(call.body, "is_withdrawn", entry.is_withdrawn);
  take(call.body, "author", entry.author);
}

}  // namespace

void get_live(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  LiveWish wish{.site = site->id,
                .network = guard::network_of(call.request.remote_address),
                .front = call.request.parameter("front") == "1"};
  if (!take_ids(call, "story", wish.stories)) return;
  if (!take_ids(call, "conversation", wish.conversations)) return;
  if (!take_ids(call, "thread", wish.threads)) return;
  wish.topics = parameters(call.request, "topic");
  wish.after = live::position_of(call.request);
  const std::size_t count = wish.stories.size() + wish.conversations.size() + wish.threads.size() +
                            wish.topics.size() + (wish.front ? 1 : 0);
  if (count == 0 || count > kWishesMax) {
    return call.refuse(Refusal::kQueryInvalid,
                       "Name 1 to 16 of story, conversation, thread, topic, front=1.");
  }
  call.respond(call.ports().live.open(wish));
}

void add_receipt(const Call& call) {
  const auto alert = call.body_id<core::AlertId>("alert");
  const auto device = parse_subscription_id(*call.body.text("subscription"));
  if (!device) return call.refuse(Refusal::kSubscriptionUnknown);
  const auto what = *call.body.text("event");
  const Receipt receipt = what == "shown"     ? Receipt::kShown
                          : what == "clicked" ? Receipt::kClicked
                                              : Receipt::kDismissed;
  call.ports().receipts.add(alert, *device, receipt);
  call.respond({204, {}, ""});
}

void list_threads(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  std::optional<core::ThreadId> before;
  if (const auto cursor = call.request.parameter("cursor")) {
    before = core::ThreadId::parse(*cursor);
    if (!before) return call.refuse(Refusal::kQueryInvalid, "cursor: is not one a list gave.");
  }
  const auto threads = call.ports().content.threads(site->id, before, kThreadsPage);
  Json::Array items;
  for (const auto& thread : threads) items.push_back(thread_json(thread, *site));
  const bool is_full = threads.size() == kThreadsPage;
  call.answer_list(std::move(items),
                   is_full ? std::optional(threads.back().id.text()) : std::nullopt);
}

void create_thread(const Call& call) {
  const auto site = call.site();
  if (!site) return call.refuse(Refusal::kSiteUnknown);
  Thread thread{.id = call.ports().ids.next<core::ThreadKind>(), .site = site->id};
  take_thread(call.body, thread);
  call.execute(newsroom::PutThread{thread}, [thread](const Call& done, const auto& effects) {
    const auto made = record_of(effects, thread);
    done.answer_created("/api/v1/threads", made.id.text(), thread_answer(done, made));
  });
}

void get_thread(const Call& call) {
  const auto thread = thread_of_path(call);
  if (thread) call.answer(200, thread_answer(call, *thread));
}

void change_thread(const Call& call) {
  auto thread = thread_of_path(call);
  if (!thread) return;
  take_thread(call.body, *thread);
  call.execute(newsroom::PutThread{*thread}, [thread](const Call& done, const auto& effects) {
    done.answer(200, thread_answer(done, record_of(effects, *thread)));
  });
}

void list_entries(const Call& call) {
  const auto thread = thread_of_path(call);
  if (!thread) return;
  Json::Array items;
  for (const auto& entry : call.ports().content.entries(thread->id, true)) {
    items.push_back(entry_json(entry));
  }
  call.answer_list(std::move(items));
}

void create_entry(const Call& call) {
  const auto thread = thread_of_path(call);
  if (!thread) return;
  Entry entry{
      .id = call.ports().ids.next<core::EntryKind>(), .thread = thread->id, .site = thread->site};
  take_entry(call, entry);
  call.execute(newsroom::PutEntry{entry}, [entry](const Call& done, const auto& effects) {
    const auto made = record_of(effects, entry);
    done.answer_created("/api/v1/entries", made.id.text(), entry_json(made));
  });
}

void change_entry(const Call& call) {
  auto entry = call.ports().content.entry(call.path_id<core::EntryId>());
  if (!entry) return call.refuse(Refusal::kEntryUnknown);
  take_entry(call, *entry);
  call.execute(newsroom::PutEntry{*entry}, [entry](const Call& done, const auto& effects) {
    done.answer(200, entry_json(record_of(effects, *entry)));
  });
}

}  // namespace tocsin::api
