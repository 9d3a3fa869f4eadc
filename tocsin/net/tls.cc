// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/tls.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

namespace tocsin::net {

struct TlsContext::State {
  static int keep_session(SSL* ssl, SSL_SESSION* session);

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    for (const auto& [host, session] : sessions) SSL_SESSION_free(session);
    SSL_CTX_free(context);
  }

  SSL_CTX* context = nullptr;
  // The last session of each host, of a client: the next handshake with it is half as dear.
  std::map<std::string, SSL_SESSION*> sessions;
};

struct TlsStream::State {
  static int write_socket(BIO* bio, const char* data, int size);
  static int read_socket(BIO* bio, char* out, int size);
  static const BIO_METHOD* method();
  void open(SSL_CTX* context);

  explicit State(int its_socket) : socket(its_socket) {}
  // OpenSSL forgets the session of a connection that was cut off; ours know their own ends.
  ~State() {
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  int socket;
  bool is_drained = false;  // the last read took all there was
  SSL* ssl = nullptr;
  std::string failure;
  TlsContext::State* shared = nullptr;  // of a client
  std::string host;
};

namespace {

// Larger than one record, so that one system call fetches several small ones.
constexpr std::size_t kReadAheadBytes = std::size_t{32} * 1024;
constexpr std::size_t kSessionsMax = 256;  // hosts
constexpr std::string_view kOffered = "\x02h2\x08http/1.1";

std::string_view text_of(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Takes the oldest message from OpenSSL's queue and clears it.
std::string taken_failure(const char* otherwise) {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return otherwise;
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? otherwise : reason;
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

long control_socket(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

SSL_CTX* make_context(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  TOCSIN_CHECK(context != nullptr);
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, kReadAheadBytes);
  return context;
}

int choose_h2(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size,
              const unsigned char* offered, unsigned int offered_size, void* /*unused*/) {
  const std::string_view list = text_of(offered, offered_size);
  for (std::size_t at = 0; at < list.size();) {
    const auto size = static_cast<unsigned char>(list[at]);
    if (list.substr(at + 1, size) == "h2") {
      *out = offered + at + 1;
      *out_size = size;
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1U + size;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

// Adds a PEM chain to `context`: the first certificate is the leaf.
bool use_chain(SSL_CTX* context, const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* leaf = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  bool good = leaf != nullptr && SSL_CTX_use_certificate(context, leaf) == 1;
  X509_free(leaf);
  while (good) {
    X509* next = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    if (next == nullptr) break;  // the end of the text is an error to OpenSSL
    good = SSL_CTX_add0_chain_cert(context, next) == 1;
    if (!good) X509_free(next);
  }
  BIO_free(bio);
  return good;
}

bool use_key(SSL_CTX* context, const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  const bool good = key != nullptr && SSL_CTX_use_PrivateKey(context, key) == 1;
  EVP_PKEY_free(key);
  BIO_free(bio);
  return good;
}

bool is_ip_address(const std::string& host) {
  unsigned char scratch[16];
  return inet_pton(AF_INET, host.c_str(), scratch) == 1 ||
         inet_pton(AF_INET6, host.c_str(), scratch) == 1;
}

}  // namespace

int TlsStream::State::write_socket(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const int socket = static_cast<const State*>(BIO_get_data(bio))->socket;
  const auto sent = ::send(socket, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

// A read that gives less than was asked for took everything: asking again would only hear so.
int TlsStream::State::read_socket(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  auto& state = *static_cast<State*>(BIO_get_data(bio));
  if (state.is_drained) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto got = ::recv(state.socket, out, static_cast<std::size_t>(size), 0);
  if (got < 0 && would_block()) BIO_set_retry_read(bio);
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  state.is_drained = got > 0 && got < size;
  return static_cast<int>(got);
}

// OpenSSL's own socket BIO writes with write(), which raises SIGPIPE.
const BIO_METHOD* TlsStream::State::method() {
  static const BIO_METHOD* const shared = [] {
    BIO_METHOD* method =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "non-blocking socket");
    TOCSIN_CHECK(method != nullptr);
    BIO_meth_set_write(method, write_socket);
    BIO_meth_set_read(method, read_socket);
    BIO_meth_set_ctrl(method, control_socket);
    return method;
  }();
  return shared;
}

void TlsStream::State::open(SSL_CTX* context) {
  ssl = SSL_new(context);
  BIO* bio = BIO_new(method());
  TOCSIN_CHECK(ssl != nullptr && bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

// Called by OpenSSL for each ticket; the session is ours then. It holds the verdict on the
// certificate, so it is for that host alone.
int TlsContext::State::keep_session(SSL* ssl, SSL_SESSION* session) {
  const auto& stream = *static_cast<const TlsStream::State*>(SSL_get_ex_data(ssl, 0));
  if (stream.shared == nullptr) return 0;
  auto& sessions = stream.shared->sessions;
  const auto [found, is_added] = sessions.try_emplace(stream.host, session);
  if (!is_added) SSL_SESSION_free(std::exchange(found->second, session));
  if (sessions.size() > kSessionsMax) {
    const auto other = found == sessions.begin() ? std::next(found) : sessions.begin();
    SSL_SESSION_free(other->second);
    sessions.erase(other);
  }
  return 1;
}

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::TlsContext(TlsContext&&) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&&) noexcept = default;
TlsContext::~TlsContext() = default;

Result<TlsContext> TlsContext::client(const std::string& ca_file) {
  auto state = std::make_unique<State>();
  state->context = make_context(TLS_client_method());
  SSL_CTX_set_verify(state->context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(state->context);
  SSL_CTX_set_session_cache_mode(state->context,
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(state->context, State::keep_session);
  SSL_CTX_set_alpn_protos(state->context, bytes_of(kOffered), kOffered.size());
  if (!ca_file.empty() &&
      SSL_CTX_load_verify_locations(state->context, ca_file.c_str(), nullptr) != 1) {
    return Error{Errc::kInvalidArgument,
                 "CA file " + ca_file + ": " + taken_failure("no certificate in it")};
  }
  ERR_clear_error();
  return TlsContext(std::move(state));
}

Result<TlsContext> TlsContext::server(const std::string& certificate_pem,
                                      const std::string& key_pem, bool h2) {
  auto state = std::make_unique<State>();
  state->context = make_context(TLS_server_method());
  SSL_CTX_set_options(state->context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  if (h2) SSL_CTX_set_alpn_select_cb(state->context, choose_h2, nullptr);
  if (!use_chain(state->context, certificate_pem) || !use_key(state->context, key_pem) ||
      SSL_CTX_check_private_key(state->context) != 1) {
    return Error{Errc::kInvalidArgument, "TLS certificate: " + taken_failure("not PEM")};
  }
  ERR_clear_error();
  return TlsContext(std::move(state));
}

TlsStream::TlsStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsStream::TlsStream(TlsStream&&) noexcept = default;
TlsStream& TlsStream::operator=(TlsStream&&) noexcept = default;
TlsStream::~TlsStream() = default;

TlsStream TlsStream::client(const TlsContext& context, int socket, const std::string& host) {
  auto state = std::make_unique<State>(socket);
  state->open(context.state_->context);
  state->shared = context.state_.get();
  state->host = host;
  SSL_set_ex_data(state->ssl, 0, state.get());
  const auto& sessions = context.state_->sessions;
  if (const auto found = sessions.find(host); found != sessions.end()) {
    SSL_set_session(state->ssl, found->second);
  }
  if (is_ip_address(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(state->ssl), host.c_str());
  } else {
    SSL_set_hostflags(state->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(state->ssl, host.c_str());
    // SSL_set_tlsext_host_name(), a macro with a C cast.
    SSL_ctrl(state->ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  }
  SSL_set_connect_state(state->ssl);
  return TlsStream(std::move(state));
}

TlsStream TlsStream::server(const TlsContext& context, int socket) {
  auto state = std::make_unique<State>(socket);
  state->open(context.state_->context);
  SSL_set_accept_state(state->ssl);
  return TlsStream(std::move(state));
}

TlsProgress TlsStream::progress(int result, std::size_t bytes) {
  if (result > 0) return {TlsWant::kNothing, bytes};
  switch (SSL_get_error(state_->ssl, result)) {
    case SSL_ERROR_WANT_READ:
      return {TlsWant::kRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {TlsWant::kWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {TlsWant::kClosed, 0};
    default:
      state_->failure = taken_failure("connection closed by the peer");
      return {TlsWant::kFailed, 0};
  }
}

void TlsStream::on_readable() { state_->is_drained = false; }

TlsProgress TlsStream::handshake() {
  ERR_clear_error();
  return progress(SSL_do_handshake(state_->ssl), 0);
}

TlsProgress TlsStream::read(std::span<std::uint8_t> out) {
  ERR_clear_error();
  const int size = static_cast<int>(std::min<std::size_t>(out.size(), INT_MAX));
  const int got = SSL_read(state_->ssl, out.data(), size);
  return progress(got, static_cast<std::size_t>(std::max(got, 0)));
}

TlsProgress TlsStream::write(ByteView bytes) {
  ERR_clear_error();
  const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
  const int sent = SSL_write(state_->ssl, bytes.data(), size);
  return progress(sent, static_cast<std::size_t>(std::max(sent, 0)));
}

void TlsStream::shut_down() {
  ERR_clear_error();
  SSL_shutdown(state_->ssl);
  ERR_clear_error();
}

bool TlsStream::is_h2() const {
  const unsigned char* chosen = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(state_->ssl, &chosen, &size);
  return text_of(chosen, size) == "h2";
}

bool TlsStream::is_resumed() const { return SSL_session_reused(state_->ssl) == 1; }

bool TlsStream::is_certificate_refused() const {
  return SSL_get_verify_result(state_->ssl) != X509_V_OK;
}

std::string TlsStream::failure() const {
  const long verdict = SSL_get_verify_result(state_->ssl);
  if (verdict != X509_V_OK) {
    return std::string("certificate refused: ") + X509_verify_cert_error_string(verdict);
  }
  return state_->failure;
}

}  // namespace tocsin::net
