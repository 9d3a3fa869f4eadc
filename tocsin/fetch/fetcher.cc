// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/fetcher.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "tocsin/fetch/curl.h"
#include "tocsin/url/url.h"

namespace tocsin::fetch {
namespace {

using ingest::FetchFailure;
using ingest::FetchRequest;
using ingest::FetchResult;

constexpr long kConnectionsMax = 64;
constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;
// libcurl looks at every name it knows before each transfer, and a feed's next poll is far away.
constexpr long kNamesKeptSeconds = 5;
constexpr int kPollMillisMax = 1'000;
constexpr const char* kAccept =
    "Accept: application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5";

// One fetch, through all its redirects. libcurl holds its address: it does not move.
struct Transfer {
  const FetcherConfig& config;
  FetchRequest request;
  std::function<void(FetchResult)> done;
  Instant started;

  Url url{};  // of the present hop
  FetchResult result{};
  std::size_t header_bytes = 0;
  std::size_t body_bytes = 0;
  bool is_too_large = false;
  bool is_address_refused = false;
  std::array<char, CURL_ERROR_SIZE> error{};
  List fields{};
  Easy easy{};

  std::size_t body_bytes_max() const {
    return std::min(request.body_bytes_max.value_or(config.body_bytes_max), config.body_bytes_max);
  }
  void fail(FetchFailure failure, std::string detail) {
    result.failure = failure;
    result.detail = std::move(detail);
    result.status = 0;
    result.headers = {};
    result.body = {};
  }
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > transfer.config.header_bytes_max) {
    transfer.is_too_large = true;
    return 0;
  }
  if (transfer.body_bytes > 0) return line.size();  // a trailer field
  if (line.starts_with("HTTP/")) {
    transfer.result.headers = {};  // what came before was an interim answer
    return line.size();
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    transfer.result.headers.add(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  }
  return line.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view part(data, size * count);
  transfer.body_bytes += part.size();
  if (transfer.body_bytes > transfer.body_bytes_max()) {
    transfer.is_too_large = true;
    return 0;
  }
  transfer.result.body.append(part);
  return part.size();
}

curl_socket_t on_open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  const FetcherConfig& config = transfer.config;
  const bool is_allowed = config.allow_private_addresses || !config.proxy.empty() ||
                          is_public_address(address_of(*address));
  if (!is_allowed) {
    transfer.is_address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return open_socket(*address);
}

FetchFailure failure_of(const Transfer& transfer, CURLcode code) {
  if (transfer.is_too_large) return FetchFailure::kTooLarge;
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return transfer.is_address_refused ? FetchFailure::kForbidden : FetchFailure::kUnreachable;
    case CURLE_OPERATION_TIMEDOUT:
      return FetchFailure::kTimeout;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return FetchFailure::kForbidden;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return FetchFailure::kBroken;
    default:
      return FetchFailure::kUnreachable;
  }
}

std::string text_of_failure(const Transfer& transfer, CURLcode code) {
  const std::string host = transfer.url.host + ": ";
  if (failure_of(transfer, code) == FetchFailure::kForbidden) {
    return host + "its address is not public";
  }
  if (transfer.is_too_large) {
    const bool is_body = transfer.body_bytes > transfer.body_bytes_max();
    return host +
           (is_body ? "the document is over " + std::to_string(transfer.body_bytes_max()) + " bytes"
                    : "the header fields are over " +
                          std::to_string(transfer.config.header_bytes_max) + " bytes");
  }
  const char* text =
      transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
  return host + text;
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// A field line is sent only if it cannot become two.
void add_field(List& list, const std::string& line) {
  const bool has_control = std::any_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t';
  });
  if (!has_control) append(list, line);
}

void set_limits(CURL* easy, const FetcherConfig& config) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(config.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(config.low_speed_bytes));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(config.low_speed_time.count()));
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, kNamesKeptSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  curl_easy_setopt(easy, CURLOPT_PROXY, config.proxy.c_str());  // "": not the environment's either
  if (!config.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, config.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, "/etc/ssl/certs");
  }
}

void prepare(Transfer& transfer) {
  transfer.easy.reset(curl_easy_init());
  TOCSIN_CHECK(transfer.easy != nullptr);
  CURL* easy = transfer.easy.get();
  set_limits(easy, transfer.config);

  const FetchRequest& request = transfer.request;
  if (request.posted) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.posted->size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.posted->c_str());
    // No "Expect: 100-continue" to wait for.
    add_field(transfer.fields, "Expect:");
    for (const auto& [name, value] : request.fields.fields) {
      std::string line = name;
      line.append(": ").append(value);
      add_field(transfer.fields, line);
    }
  } else {
    add_field(transfer.fields, kAccept);
  }
  if (!request.etag.empty()) add_field(transfer.fields, "If-None-Match: " + request.etag);
  if (!request.last_modified.empty()) {
    add_field(transfer.fields, "If-Modified-Since: " + request.last_modified);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.fields.get());
  const std::string agent =
      "Tocsin/" + transfer.config.version + " (+" + transfer.config.contact_url + ")";
  curl_easy_setopt(easy, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate, br");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);

  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
}

// Takes `text` as the place to go next, seen from the present one where that is not empty. False:
// the transfer has failed.
bool aim(Transfer& transfer, std::string_view text) {
  auto target = transfer.url.host.empty() ? Url::parse(text) : transfer.url.resolve(text);
  if (!target || !target->is_http() || !target->user_info.empty()) {
    transfer.fail(FetchFailure::kForbidden, transfer.url.host.empty()
                                                ? "not an http or https URL"
                                                : transfer.url.host +
                                                      ": it redirects to something "
                                                      "that is not an http or https URL");
    return false;
  }
  const auto elapsed = system_clock().instant() - transfer.started;
  const Millis timeout = std::min(transfer.request.timeout.value_or(transfer.config.total_timeout),
                                  transfer.config.total_timeout);
  const auto left = std::chrono::floor<Millis>(timeout - elapsed);
  if (left <= Millis(0)) {
    transfer.fail(FetchFailure::kTimeout, target->host + ": the redirects took too long");
    return false;
  }
  target->fragment.clear();
  transfer.url = *std::move(target);
  transfer.header_bytes = 0;
  transfer.body_bytes = 0;
  transfer.is_too_large = false;
  transfer.is_address_refused = false;
  transfer.error.front() = '\0';
  transfer.result.headers = {};
  transfer.result.body.clear();
  curl_easy_setopt(transfer.easy.get(), CURLOPT_URL, transfer.url.text().c_str());
  curl_easy_setopt(transfer.easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
  return true;
}

// Takes in libcurl's verdict on one hop. True: the transfer goes on at another URL.
bool goes_on(Transfer& transfer, CURLcode code) {
  FetchResult& result = transfer.result;
  if (code != CURLE_OK) {
    transfer.fail(failure_of(transfer, code), text_of_failure(transfer, code));
    return false;
  }
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  result.status = static_cast<int>(status);
  const auto location = result.headers.find("location");
  const bool may_follow = !transfer.request.posted && is_redirect(result.status);
  if (!may_follow || !location || location->empty()) return false;

  if (result.hops.size() == transfer.config.redirects_max) {
    transfer.fail(FetchFailure::kRedirects, transfer.url.host + ": it redirects on and on");
    return false;
  }
  const int redirect = result.status;
  if (!aim(transfer, std::string(*location))) return false;
  result.hops.push_back({redirect, transfer.url.text()});
  return true;
}

}  // namespace

// The thread and what it works on.
class Fetcher::Worker {
 public:
  Worker(net::Loop& loop, FetcherConfig config) : loop_(loop), config_(std::move(config)) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    if (multi_) curl_multi_wakeup(multi_.get());
    if (thread_.joinable()) thread_.join();
    for (const auto& [easy, transfer] : running_) {
      // A resolver that hangs may not hold up the end of the process.
      curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
      curl_multi_remove_handle(multi_.get(), easy);
    }
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Status start() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      return Error{Errc::kInternal, "libcurl cannot be initialised"};
    }
    multi_.reset(curl_multi_init());
    if (!multi_) return Error{Errc::kInternal, "libcurl has no multi handle to give"};
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, kConnectionsMax);
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kConnectionsMax);
    thread_ = std::thread([this] { run(); });
    return ok();
  }

  void add(FetchRequest request, std::function<void(FetchResult)> done) {
    {
      const std::lock_guard lock(mutex_);
      if (pending_ < config_.fetches_max) {
        ++pending_;
        incoming_.push_back(std::unique_ptr<Transfer>(
            new Transfer{config_, std::move(request), std::move(done), system_clock().instant()}));
        curl_multi_wakeup(multi_.get());
        return;
      }
    }
    answer(std::move(done), {.failure = FetchFailure::kBusy, .detail = "too many fetches at once"});
  }

 private:
  void run() {
    while (take_incoming()) {
      int count = 0;
      curl_multi_perform(multi_.get(), &count);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      }
      curl_multi_poll(multi_.get(), nullptr, 0, kPollMillisMax, nullptr);
    }
  }

  // False: the thread is to end.
  bool take_incoming() {
    std::vector<std::unique_ptr<Transfer>> incoming;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      incoming.swap(incoming_);
    }
    for (auto& transfer : incoming) {
      prepare(*transfer);
      if (!aim(*transfer, std::string(transfer->request.url))) {
        deliver(std::move(transfer));
        continue;
      }
      CURL* easy = transfer->easy.get();
      running_.emplace(easy, std::move(transfer));
      curl_multi_add_handle(multi_.get(), easy);
    }
    return true;
  }

  void finish(CURL* easy, CURLcode code) {
    const auto found = running_.find(easy);
    TOCSIN_CHECK(found != running_.end());
    curl_multi_remove_handle(multi_.get(), easy);
    if (goes_on(*found->second, code)) {
      curl_multi_add_handle(multi_.get(), easy);
      return;
    }
    auto transfer = std::move(found->second);
    running_.erase(found);
    deliver(std::move(transfer));
  }

  void deliver(std::unique_ptr<Transfer> transfer) {
    {
      const std::lock_guard lock(mutex_);
      --pending_;
    }
    transfer->result.duration =
        std::chrono::floor<Millis>(system_clock().instant() - transfer->started);
    answer(std::move(transfer->done), std::move(transfer->result));
  }

  void answer(std::function<void(FetchResult)> done, FetchResult result) {
    loop_.post([alive = std::weak_ptr<const bool>(alive_), done = std::move(done),
                result = std::move(result)]() mutable {
      if (!alive.expired()) done(std::move(result));
    });
  }

  net::Loop& loop_;
  const FetcherConfig config_;
  // Ends with the Fetcher, on the loop's thread, where the answers look at it.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  Multi multi_;

  std::mutex mutex_;  // guards the next three
  std::vector<std::unique_ptr<Transfer>> incoming_;
  std::size_t pending_ = 0;
  bool stopping_ = false;

  std::map<CURL*, std::unique_ptr<Transfer>> running_;  // the thread's
  std::thread thread_;
};

Result<std::unique_ptr<Fetcher>> Fetcher::start(net::Loop& loop, FetcherConfig config) {
  auto worker = std::make_unique<Worker>(loop, std::move(config));
  TOCSIN_TRY(std::ignore, worker->start());
  return std::unique_ptr<Fetcher>(new Fetcher(std::move(worker)));
}

Fetcher::Fetcher(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}
Fetcher::~Fetcher() = default;

void Fetcher::fetch(FetchRequest request, std::function<void(FetchResult)> done) {
  worker_->add(std::move(request), std::move(done));
}

}  // namespace tocsin::fetch
