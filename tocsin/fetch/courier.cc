// SPDX-License-Identifier: Apache-2.0
#include "tocsin/fetch/courier.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "tocsin/base/bytes.h"
#include "tocsin/fetch/curl.h"
#include "tocsin/url/url.h"

namespace tocsin::fetch {
namespace {

constexpr int kPollMillisMax = 1'000;

struct Letter {
  std::string to;
  std::string message;
  std::function<void(Status)> done{};
  std::size_t read = 0;  // of the message
};

bool is_this_machine(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

bool is_loopback(std::string_view address) {
  constexpr std::string_view kIpv6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  return address == kIpv6 || (address.size() == 4 && address.front() == 127);
}

std::size_t on_read(char* out, std::size_t size, std::size_t count, void* user) {
  auto& letter = *static_cast<Letter*>(user);
  const auto part = std::min(size * count, letter.message.size() - letter.read);
  letter.message.copy(out, part, letter.read);
  letter.read += part;
  return part;
}

// What a name of this machine resolves to is looked at again, where the connection is made: without
// TLS nothing may leave.
curl_socket_t on_open_local_socket(void*, curlsocktype, curl_sockaddr* address) {
  return is_loopback(address_of(*address)) ? open_socket(*address) : CURL_SOCKET_BAD;
}

curl_socket_t on_open_any_socket(void*, curlsocktype, curl_sockaddr* address) {
  return open_socket(*address);
}

// `status`: the last answer of the server, 0 for none.
Error error_of(CURLcode code, long status, const char* detail) {
  const std::string text =
      std::string("the mail server: ") + (*detail == '\0' ? curl_easy_strerror(code) : detail);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return {Errc::kTimeout, text};
    case CURLE_LOGIN_DENIED:
      return {Errc::kUnauthorized, text};
    default:
      // RFC 5321, section 4.2.1: 5yz is for good.
      return {status >= 500 && status < 600 ? Errc::kInvalidArgument : Errc::kUnavailable, text};
  }
}

Result<Url> checked_url(const MailConfig& config) {
  const auto wrong = [](const char* what) { return Error{Errc::kInvalidArgument, what}; };
  auto url = Url::parse(config.url);
  if (!url || (url->scheme != "smtp" && url->scheme != "smtps")) {
    return wrong("mail_url must be smtp://host:port or smtps://host:port");
  }
  if (!url->user_info.empty())
    return wrong("mail_url: user and password are settings of their own");
  if (!is_mail_address(config.from)) return wrong("mail_from must be an address");
  return url;
}

}  // namespace

// The thread and what it works on.
class Courier::Worker {
 public:
  Worker(net::Loop& loop, MailConfig config, Url url)
      : loop_(loop), config_(std::move(config)), url_(std::move(url)) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    if (multi_) curl_multi_wakeup(multi_.get());
    if (thread_.joinable()) thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  Status start() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      return Error{Errc::kInternal, "libcurl cannot be initialised"};
    }
    multi_.reset(curl_multi_init());
    if (!multi_) return Error{Errc::kInternal, "libcurl has no multi handle to give"};
    thread_ = std::thread([this] { run(); });
    return ok();
  }

  void add(Letter letter) {
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() < config_.waiting_max) {
        waiting_.push_back(std::move(letter));
        changed_.notify_all();
        return;
      }
    }
    answer(std::move(letter.done), Error{Errc::kExhausted, "too many mails wait to be sent"});
  }

  void answer(std::function<void(Status)> done, Status status) {
    loop_.post([alive = std::weak_ptr<const bool>(alive_), done = std::move(done),
                status = std::move(status)]() mutable {
      if (!alive.expired()) done(std::move(status));
    });
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
      if (is_stopping_) return;
      Letter& letter = waiting_.front();  // stays in the queue: it counts as waiting
      lock.unlock();
      auto status = send(letter);
      answer(std::move(letter.done), std::move(status));
      lock.lock();
      waiting_.pop_front();
    }
  }

  void prepare(CURL* easy, const Letter& letter) const {
    const bool is_local = url_.scheme == "smtp" && is_this_machine(url_.host);
    curl_easy_setopt(easy, CURLOPT_URL, url_.text().c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USE_SSL, is_local ? CURLUSESSL_NONE : CURLUSESSL_ALL);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
                     is_local ? on_open_local_socket : on_open_any_socket);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(config_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(config_.total_timeout.count()));
    // Servers close idle connections, and mails are few.
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    // A resolver that hangs may not hold up the end of the process.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (!config_.ca_file.empty()) {
      curl_easy_setopt(easy, CURLOPT_CAINFO, config_.ca_file.c_str());
      curl_easy_setopt(easy, CURLOPT_CAPATH, "/etc/ssl/certs");
    }
    if (!config_.user.empty()) {
      curl_easy_setopt(easy, CURLOPT_USERNAME, config_.user.c_str());
      curl_easy_setopt(easy, CURLOPT_PASSWORD, config_.password.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + config_.from + ">").c_str());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(letter.message.size()));
  }

  Status send(Letter& letter) {
    const Easy easy(curl_easy_init());
    TOCSIN_CHECK(easy != nullptr);
    std::array<char, CURL_ERROR_SIZE> detail{};
    List recipients;
    append(recipients, "<" + letter.to + ">");
    prepare(easy.get(), letter);
    curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
    curl_easy_setopt(easy.get(), CURLOPT_READDATA, &letter);
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail.data());
    const CURLcode code = perform(easy.get());
    if (code == CURLE_OK) return ok();
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    return error_of(code, status, detail.data());
  }

  // As curl_easy_perform(), but ends at once when the thread is to end.
  CURLcode perform(CURL* easy) {
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    curl_multi_add_handle(multi_.get(), easy);
    for (int running = 1; running > 0 && !is_stopping();) {
      curl_multi_perform(multi_.get(), &running);
      if (running > 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollMillisMax, nullptr);
    }
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      code = message->data.result;
    }
    curl_multi_remove_handle(multi_.get(), easy);
    return code;
  }

  bool is_stopping() {
    const std::lock_guard lock(mutex_);
    return is_stopping_;
  }

  net::Loop& loop_;
  const MailConfig config_;
  const Url url_;
  // Ends with the Courier, on the loop's thread, where the answers look at it.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
  Multi multi_;

  std::mutex mutex_;            // guards the next two
  std::deque<Letter> waiting_;  // the thread alone takes from the front
  bool is_stopping_ = false;
  std::condition_variable changed_;
  std::thread thread_;
};

Status check_mail(const MailConfig& config) {
  TOCSIN_TRY(std::ignore, checked_url(config));
  return ok();
}

Result<std::unique_ptr<Courier>> Courier::start(net::Loop& loop, Random& random,
                                                MailConfig config) {
  TOCSIN_TRY(auto url, checked_url(config));
  std::string from = config.from;
  auto worker = std::make_unique<Worker>(loop, std::move(config), std::move(url));
  TOCSIN_TRY(std::ignore, worker->start());
  return std::unique_ptr<Courier>(new Courier(std::move(worker), random, std::move(from)));
}

Courier::Courier(std::unique_ptr<Worker> worker, Random& random, std::string from)
    : worker_(std::move(worker)), random_(random), from_(std::move(from)) {}
Courier::~Courier() = default;

void Courier::send(const Mail& mail, std::function<void(Status)> done) {
  std::array<std::uint8_t, 16> unique{};
  random_.fill(unique);
  auto message = mail_message(mail, from_, system_clock().now(), tocsin::hex(unique));
  if (!message) return worker_->answer(std::move(done), std::move(message).error());
  worker_->add({.to = mail.to, .message = *std::move(message), .done = std::move(done)});
}

}  // namespace tocsin::fetch
