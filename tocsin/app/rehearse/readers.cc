// SPDX-License-Identifier: Apache-2.0
#include "tocsin/app/rehearse/readers.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tocsin::app {
namespace {

constexpr std::uint64_t kReadersAtATime = 4'000;

}  // namespace

server::FirstSite rehearsal_site() {
  return {.name = "The Rehearsal",
          .url = "https://rehearsal.example",
          .vapid_subject = "mailto:rehearsal@tocsin.example"};
}

Result<std::unique_ptr<ReaderMaker>> ReaderMaker::open(const PushServices& services,
                                                       const std::string& data_folder) {
  auto maker = std::unique_ptr<ReaderMaker>(new ReaderMaker(services));
  TOCSIN_TRY(maker->store_, server::open_folder(data_folder));
  TOCSIN_TRY(std::ignore, server::prepare_folder(*maker->store_, rehearsal_site()));
  const auto site = maker->store_->reader().content().sites().front();
  TOCSIN_TRY(const auto keys, maker->store_->reader().load_site_keys());
  maker->import_ = std::make_unique<server::SubscriptionImport>(*maker->store_);
  core::Subscription& pattern = maker->pattern_;
  pattern.site = site.id;
  pattern.vapid_key = keys.front().id;
  pattern.language = site.language;
  pattern.created = pattern.changed = system_clock().now();
  return maker;
}

core::Subscription ReaderMaker::make(std::uint64_t reader) const {
  const auto& readers = services_.readers(service_);
  const auto keys = readers.keys(reader);
  core::Subscription subscription = pattern_;
  subscription.endpoint = readers.endpoint(reader);
  subscription.id = core::subscription_id(subscription.endpoint);
  subscription.keys = {.p256dh = keys.pair.public_key, .auth = keys.auth};
  return subscription;
}

Status ReaderMaker::step() {
  const std::uint64_t end =
      std::min(services_.readers(service_).count(), reader_ + kReadersAtATime);
  const std::uint64_t half = reader_ + (end - reader_) / 2;
  std::vector<core::Subscription> second;
  other_.loop().post([&] {
    for (std::uint64_t i = half; i < end; ++i) second.push_back(make(i));
  });
  std::vector<core::Subscription> first;
  for (std::uint64_t i = reader_; i < half; ++i) first.push_back(make(i));
  other_.call([] {});  // so that the second half is there
  for (auto* part : {&first, &second}) {
    for (auto& subscription : *part) {
      TOCSIN_TRY(std::ignore, import_->add(std::move(subscription)));
    }
  }
  made_ += end - reader_;
  reader_ = end;
  if (reader_ == services_.readers(service_).count()) {
    ++service_;
    reader_ = 0;
  }
  return ok();
}

Status ReaderMaker::finish() { return import_->finish(); }

}  // namespace tocsin::app
