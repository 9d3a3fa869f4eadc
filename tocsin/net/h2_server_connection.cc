// SPDX-License-Identifier: Apache-2.0
#include "tocsin/net/h2_server_connection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <nghttp2/nghttp2.h>

#include "tocsin/http/percent.h"
#include "tocsin/net/wire.h"
#include "tocsin/pushservice/fault_field.h"

namespace tocsin::net {
namespace {

constexpr std::int32_t kWindowBytes = 1 << 24;  // of the connection, for request bodies

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

struct Stream {
  std::int32_t id = 0;
  http::Request request;
  std::size_t header_bytes = 0;
  bool is_dispatched = false;
  bool is_answered = false;
  http::Response response;
  std::string status;
  std::size_t body_sent = 0;
  Handle delay;
};

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 does not change what it is told not to copy; its type merely is not const.
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

// NOLINTNEXTLINE(readability-function-size): the parameters are nghttp2's.
ssize_t read_body(nghttp2_session* /*session*/, std::int32_t /*id*/, std::uint8_t* out,
                  std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                  void* /*user*/) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::string& body = stream.response.body;
  const std::size_t part = std::min(size, body.size() - stream.body_sent);
  std::copy_n(body.begin() + static_cast<std::ptrdiff_t>(stream.body_sent), part, out);
  stream.body_sent += part;
  if (stream.body_sent == body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(part);
}

Stream* stream_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

// Splits and decodes ":path". False if it is none.
bool set_target(http::Request& request, std::string_view target) {
  const auto mark = target.find('?');
  auto path = http::percent_decode(target.substr(0, mark));
  if (!path || !path->starts_with('/')) return false;
  request.path = std::move(*path);
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return true;
}

}  // namespace

struct H2ServerConnection::State {
  State(H2ServerConnection& its_owner, Loop& its_loop, const H2ServerConfig& its_config,
        const http::Handler& its_handler, std::string its_peer);
  ~State() { nghttp2_session_del(session); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static nghttp2_session_callbacks* callbacks();
  void begin(std::int32_t id);
  int on_header(Stream& stream, std::string_view name, std::string_view value) const;
  int on_data(Stream& stream, std::string_view data);
  void on_frame(const nghttp2_frame& frame);
  void dispatch(Stream& stream);
  void respond(std::int32_t id, http::Response response);
  bool has_fault(Stream& stream, std::string_view fault);
  void submit(Stream& stream);
  void schedule_pump();
  void receive(ByteView bytes);
  void fill(Bytes& out) const;
  void end();

  H2ServerConnection& owner;
  // What an http::Respond holds weakly, to know whether there is still somebody to answer.
  const std::shared_ptr<State*> self = std::make_shared<State*>(this);
  Loop& loop;
  const H2ServerConfig& config;
  const http::Handler& handler;
  std::string peer;
  std::function<void(const H2ServerConnection&)> on_end;
  nghttp2_session* session = nullptr;
  std::map<std::int32_t, Stream> streams;
  std::vector<std::map<std::int32_t, Stream>::node_type> spare;  // kept for their memory
  std::vector<nghttp2_nv> fields;
  Handle pumping;
  bool is_pumping_later = false;
  bool is_receiving = false;
  bool is_broken = false;
  std::unique_ptr<Wire> wire;
};

H2ServerConnection::State::State(H2ServerConnection& its_owner, Loop& its_loop,
                                 const H2ServerConfig& its_config, const http::Handler& its_handler,
                                 std::string its_peer)
    : owner(its_owner),
      loop(its_loop),
      config(its_config),
      handler(its_handler),
      peer(std::move(its_peer)) {
  nghttp2_option* options = nullptr;
  TOCSIN_CHECK(nghttp2_option_new(&options) == 0);
  nghttp2_option_set_no_closed_streams(options, 1);
  static nghttp2_session_callbacks* const shared_callbacks = callbacks();
  TOCSIN_CHECK(nghttp2_session_server_new2(&session, shared_callbacks, this, options) == 0);
  nghttp2_option_del(options);
  const std::array<nghttp2_settings_entry, 2> settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, config.streams_max},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                             static_cast<std::uint32_t>(config.header_bytes_max)}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
}

nghttp2_session_callbacks* H2ServerConnection::State::callbacks() {
  nghttp2_session_callbacks* set = nullptr;
  TOCSIN_CHECK(nghttp2_session_callbacks_new(&set) == 0);
  nghttp2_session_callbacks_set_on_begin_headers_callback(
      set, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
          static_cast<State*>(user)->begin(frame->hd.stream_id);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_header_callback(
      set, [](nghttp2_session* its, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
              std::uint8_t, void* user) {
        Stream* stream = stream_of(its, frame->hd.stream_id);
        if (stream == nullptr) return 0;
        return static_cast<State*>(user)->on_header(*stream, text_of(name, name_size),
                                                    text_of(value, value_size));
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      set, [](nghttp2_session* its, std::uint8_t, std::int32_t id, const std::uint8_t* data,
              std::size_t size, void* user) {
        Stream* stream = stream_of(its, id);
        return stream == nullptr ? 0
                                 : static_cast<State*>(user)->on_data(*stream, text_of(data, size));
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      set, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
        static_cast<State*>(user)->on_frame(*frame);
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_send_callback(
      set, [](nghttp2_session* its, const nghttp2_frame* frame, void*) {
        // An answer before the end of the request: the rest of it is not wanted.
        const std::int32_t id = frame->hd.stream_id;
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 && stream_of(its, id) != nullptr &&
            nghttp2_session_get_stream_remote_close(its, id) == 0) {
          nghttp2_submit_rst_stream(its, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      set, [](nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
        auto& state = *static_cast<State*>(user);
        if (auto node = state.streams.extract(id)) {
          node.mapped().delay.reset();
          state.spare.push_back(std::move(node));
        }
        return 0;
      });
  return set;
}

void H2ServerConnection::State::begin(std::int32_t id) {
  Stream* stream = nullptr;
  if (spare.empty()) {
    stream = &streams[id];
  } else {
    auto node = std::move(spare.back());
    spare.pop_back();
    node.key() = id;
    node.mapped() = Stream{};
    stream = &streams.insert(std::move(node)).position->second;
  }
  stream->id = id;
  stream->request.remote_address = peer;
  nghttp2_session_set_stream_user_data(session, id, stream);
}

int H2ServerConnection::State::on_header(Stream& stream, std::string_view name,
                                         std::string_view value) const {
  stream.header_bytes += name.size() + value.size();
  if (stream.header_bytes > config.header_bytes_max) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  http::Request& request = stream.request;
  if (!name.starts_with(':')) {
    request.headers.add(name, value);
    if (name == "host" && request.host.empty()) request.host = value;
  } else if (name == ":method") {
    request.method = value;
  } else if (name == ":authority") {
    request.host = value;
  } else if (name == ":path" && !set_target(request, value)) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  return 0;
}

int H2ServerConnection::State::on_data(Stream& stream, std::string_view data) {
  if (stream.is_dispatched) return 0;
  if (stream.request.body.size() + data.size() > config.body_bytes_max) {
    stream.is_dispatched = true;
    respond(stream.id, {.status = 413});
    return 0;
  }
  stream.request.body += data;
  return 0;
}

void H2ServerConnection::State::on_frame(const nghttp2_frame& frame) {
  if (frame.hd.type != NGHTTP2_HEADERS && frame.hd.type != NGHTTP2_DATA) return;
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
  Stream* stream = stream_of(session, frame.hd.stream_id);
  if (stream != nullptr && !stream->is_dispatched) dispatch(*stream);
}

void H2ServerConnection::State::dispatch(Stream& stream) {
  stream.is_dispatched = true;
  handler(stream.request, [weak = std::weak_ptr(self), id = stream.id](http::Response response) {
    if (const auto alive = weak.lock()) (*alive)->respond(id, std::move(response));
  });
}

void H2ServerConnection::State::respond(std::int32_t id, http::Response response) {
  const auto found = streams.find(id);
  if (found == streams.end() || found->second.is_answered || wire == nullptr) return;
  Stream& stream = found->second;
  stream.is_answered = true;
  stream.response = std::move(response);
  const auto fault = stream.response.headers.find(pushservice::kFaultField);
  if (!fault || !has_fault(stream, std::string(*fault))) submit(stream);
  schedule_pump();
}

// Does what the fault says. False if the response is to go out at once all the same.
bool H2ServerConnection::State::has_fault(Stream& stream, std::string_view fault) {
  std::erase_if(stream.response.headers.fields,
                [](const auto& one) { return one.first == pushservice::kFaultField; });
  if (fault == pushservice::kFaultGoAway) {
    nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session), NGHTTP2_NO_ERROR,
                          nullptr, 0);
    return false;
  }
  if (fault.starts_with(pushservice::kFaultDelay)) {
    int delay = 0;
    fault.remove_prefix(pushservice::kFaultDelay.size());
    std::from_chars(fault.data(), fault.data() + fault.size(), delay);
    stream.delay = loop.after(Millis(delay), [this, &stream] {
      submit(stream);
      schedule_pump();
    });
    return true;
  }
  if (fault == pushservice::kFaultClose) is_broken = true;
  if (fault == pushservice::kFaultRefuse || fault == pushservice::kFaultReset) {
    const bool refused = fault == pushservice::kFaultRefuse;
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream.id,
                              refused ? NGHTTP2_REFUSED_STREAM : NGHTTP2_INTERNAL_ERROR);
  }
  return true;
}

void H2ServerConnection::State::submit(Stream& stream) {
  stream.status = std::to_string(stream.response.status);
  fields.clear();
  fields.push_back(field(":status", stream.status));
  for (const auto& [name, value] : stream.response.headers.fields) {
    fields.push_back(field(name, value));
  }
  nghttp2_data_provider body{};
  body.source.ptr = &stream;
  body.read_callback = read_body;
  const bool has_body = !stream.response.body.empty();
  nghttp2_submit_response(session, stream.id, fields.data(), fields.size(),
                          has_body ? &body : nullptr);
}

// Answers given outside receive(), which pumps itself, leave together once a turn.
void H2ServerConnection::State::schedule_pump() {
  if (is_receiving || is_pumping_later) return;
  is_pumping_later = true;
  pumping = loop.after(Millis(0), [this] {
    is_pumping_later = false;
    if (is_broken) return end();
    wire->pump();
  });
}

void H2ServerConnection::State::receive(ByteView bytes) {
  is_receiving = true;
  const ssize_t taken = nghttp2_session_mem_recv(session, bytes.data(), bytes.size());
  is_receiving = false;
  if (taken < 0 || is_broken) end();
}

void H2ServerConnection::State::fill(Bytes& out) const {
  while (out.size() < Wire::kRecordBytes) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session, &data);
    if (size <= 0) break;
    out.insert(out.end(), data, data + size);
  }
  if (nghttp2_session_want_read(session) == 0) wire->finish();
}

void H2ServerConnection::State::end() {
  wire.reset();
  pumping.reset();
  const auto tell = std::exchange(on_end, nullptr);
  if (tell) tell(owner);
}

H2ServerConnection::H2ServerConnection(Loop& loop, const H2ServerConfig& config,
                                       const http::Handler& handler, std::string peer)
    : state_(std::make_unique<State>(*this, loop, config, handler, std::move(peer))) {}
H2ServerConnection::~H2ServerConnection() = default;

void H2ServerConnection::start(int socket, const TlsContext& tls,
                               std::function<void(const H2ServerConnection&)> on_end) {
  State& state = *state_;
  state.on_end = std::move(on_end);
  state.wire = Wire::accept(state.loop, socket, &tls, state.config.handshake_timeout,
                            {.on_open =
                                 [&state](bool h2) {
                                   if (!h2) state.end();
                                 },
                             .on_bytes = [&state](ByteView bytes) { state.receive(bytes); },
                             .fill = [&state](Bytes& out) { state.fill(out); },
                             .on_end = [&state](WireEnd, const std::string&) { state.end(); }});
}

}  // namespace tocsin::net
