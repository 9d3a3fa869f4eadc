// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <map>

#include <sys/resource.h>

#include "tocsin/app/commands.h"
#include "tocsin/app/terminal.h"
#include "tocsin/app/vapid_file.h"
#include "tocsin/core/subscription.h"
#include "tocsin/server/sender_pool.h"

namespace tocsin::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} << 30;
constexpr std::size_t kBatchMessages = 1024;
constexpr std::size_t kOutstandingMax = 16'384;  // messages handed to the senders
constexpr std::size_t kComplaintsMax = 20;       // bad lines named; the rest are counted
constexpr core::VapidKeyId kKey{1};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The file's lines as batches, one push service a batch.
struct Recipients {
  std::vector<core::Batch> batches;
  std::uint64_t count = 0;
  std::uint64_t invalid = 0;
};

void complain(Recipients& recipients, const std::string& path, std::size_t line,
              const std::string& why) {
  if (++recipients.invalid <= kComplaintsMax) {
    std::fprintf(stderr, "tocsin: %s:%zu: %s\n", path.c_str(), line, why.c_str());
  }
}

// Reads one line into the batch of its push service that is being filled.
Status add_line(std::string_view line, const core::EndpointPolicy& policy,
                std::map<std::string, core::Batch>& open, Recipients& recipients) {
  TOCSIN_TRY(const auto json, Json::parse(line));
  TOCSIN_TRY(auto subscription, core::parse_push_subscription(json, policy));
  TOCSIN_TRY(const auto url, core::check_endpoint(subscription.endpoint, policy));
  auto& batch = open[url.origin()];
  batch.add(recipients.count++, url.target, subscription.keys);
  if (batch.messages.size() == kBatchMessages) {
    batch.origin = url.origin();
    recipients.batches.push_back(std::exchange(batch, {}));
  }
  return ok();
}

Result<Recipients> read_recipients(const PushOptions& options) {
  TOCSIN_TRY(const auto text, read_input(options.subscriptions, kFileBytesMax));
  const core::EndpointPolicy policy{.any_public_host = true,
                                    .allow_private = options.allow_private};
  Recipients recipients;
  std::map<std::string, core::Batch> open;
  std::size_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == line.npos) continue;
    const auto added = add_line(line, policy, open, recipients);
    if (!added) complain(recipients, options.subscriptions, number, added.error().message);
  }
  for (auto& [origin, batch] : open) {
    if (batch.messages.empty()) continue;
    batch.origin = origin;
    recipients.batches.push_back(std::move(batch));
  }
  if (recipients.invalid > kComplaintsMax) {
    std::fprintf(stderr, "tocsin: %s: %llu more lines like these\n", options.subscriptions.c_str(),
                 static_cast<unsigned long long>(recipients.invalid - kComplaintsMax));
  }
  return recipients;
}

Result<std::shared_ptr<const core::Payload>> read_payload(const PushOptions& options) {
  TOCSIN_TRY(const auto text, read_input(options.payload, webpush::kMaxPlaintextBytes));
  auto payload = std::make_shared<core::Payload>();
  payload->plaintext.assign(text.begin(), text.end());
  payload->options = {.ttl = Seconds(options.ttl_seconds),
                      .urgency = *webpush::parse_urgency(options.urgency),
                      .collapse_key = options.collapse_key};
  TOCSIN_TRY(std::ignore, webpush::check(payload->options));
  payload->deadline = system_clock().now() + payload->options.ttl;
  return std::shared_ptr<const core::Payload>(std::move(payload));
}

// Hands the batches to the senders and counts what comes back.
class Run {
 public:
  Run(Recipients recipients, const PushOptions& options)
      : recipients_(std::move(recipients)),
        options_(options),
        bar_("sending", recipients_.count, system_clock()) {
    totals_.recipients = recipients_.count;
  }

  Status send(const webpush::VapidKey& key, const std::shared_ptr<const core::Payload>& payload) {
    net::PushTransportConfig transport;
    transport.connections_max = static_cast<std::size_t>(options_.connections);
    transport.allow_private_addresses = options_.allow_private;
    transport.ca_file = options_.ca_file;
    TOCSIN_TRY(const auto pool,
               server::SenderPool::start(loop_, {.threads = 0, .transport = transport},
                                         system_clock(), [this](const core::Decisions& news) {
                                           count(news.decisions);
                                           feed();
                                         }));
    pool_ = pool.get();
    pool_->add_key(kKey, key);
    for (auto& batch : recipients_.batches) {
      batch.vapid_key = kKey;
      batch.payload = payload;
    }
    if (recipients_.count > 0) {
      feed();
      loop_.run();
    }
    return ok();
  }

  const core::Totals& totals() const { return totals_; }
  std::uint64_t throttled() const { return throttled_; }
  std::uint64_t invalid() const { return recipients_.invalid; }

 private:
  void feed() {
    while (next_ < recipients_.batches.size() && outstanding_ < kOutstandingMax) {
      auto& batch = recipients_.batches[next_++];
      outstanding_ += batch.messages.size();
      pool_->submit(std::move(batch));
    }
  }

  void count(const std::vector<core::Decision>& decisions) {
    for (const auto& decision : decisions) {
      if (!is_final(decision.outcome)) {
        ++throttled_;
        continue;
      }
      totals_.add(decision.outcome);
      --outstanding_;
      ++done_;
    }
    bar_.show(done_);
    if (options_.json) report_progress();
    if (done_ == recipients_.count) loop_.stop();
  }

  void report_progress() {
    const Instant now = system_clock().instant();
    if (now - reported_ < Seconds(1)) return;
    reported_ = now;
    print_line(
        Json({{"event", "progress"}, {"done", done_}, {"recipients", recipients_.count}}).dump());
  }

  Recipients recipients_;
  const PushOptions& options_;
  net::Loop loop_;
  server::SenderPool* pool_ = nullptr;
  ProgressBar bar_;
  core::Totals totals_;
  std::uint64_t throttled_ = 0;
  std::uint64_t done_ = 0;
  std::size_t next_ = 0;
  std::size_t outstanding_ = 0;
  Instant reported_ = system_clock().instant();
};

}  // namespace

int push_command(const PushOptions& options) {
  const Instant started = system_clock().instant();
  const auto key = read_vapid_file(options.vapid);
  if (!key) return fail(key.error());
  auto payload = read_payload(options);
  if (!payload) return fail({Errc::kInvalidArgument, payload.error().message});
  auto recipients = read_recipients(options);
  if (!recipients) return fail(recipients.error());

  const Instant prepared = system_clock().instant();
  Run run(*std::move(recipients), options);
  const auto sent = run.send(*key, *payload);
  if (!sent) return fail(sent.error());

  const auto seconds = [](auto duration) {
    return std::chrono::duration<double>(duration).count();
  };
  const auto& totals = run.totals();
  print_line(Json({{"recipients", totals.recipients},
                   {"accepted", totals.accepted},
                   {"gone", totals.gone},
                   {"rejected", totals.rejected},
                   {"throttled_retries", run.throttled()},
                   {"failed", totals.failed},
                   {"expired", totals.expired},
                   {"invalid", run.invalid()},
                   {"prepare_seconds", seconds(prepared - started)},
                   {"send_seconds", seconds(system_clock().instant() - prepared)},
                   {"cpu_seconds", cpu_seconds()}})
                 .dump());
  if (run.invalid() > 0) return kExitUsage;
  return totals.accepted == totals.recipients ? kExitOk : kExitPartly;
}

}  // namespace tocsin::app
