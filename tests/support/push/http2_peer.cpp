#include "tests/support/push/http2_peer.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

namespace test {
namespace {

std::string text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(const std::string& name, const std::string& value) {
  const auto bytes = [](const std::string& one) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(one.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct Http2Peer::Callbacks {
  static Http2Peer& self(void* user) { return *static_cast<Http2Peer*>(user); }

  static int begin(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& peer = self(user);
    peer.requests_[frame->hd.stream_id].stream = frame->hd.stream_id;
    peer.last_stream_ = std::max(peer.last_stream_, frame->hd.stream_id);
    peer.most_open_ = std::max(peer.most_open_, peer.requests_.size());
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
    auto& request = self(user).requests_[frame->hd.stream_id];
    const auto key = text(name, name_size);
    if (key == ":method")
      request.method = text(value, value_size);
    else if (key == ":path")
      request.path = text(value, value_size);
    else
      request.headers[key] = text(value, value_size);
    return 0;
  }

  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                  std::size_t size, void* user) {
    self(user).requests_[id].body += text(bytes, size);
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& peer = self(user);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) ++peer.pings_;
    if (frame->hd.type == NGHTTP2_RST_STREAM) ++peer.resets_;
    const bool message = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
    if (!message || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    if (frame->hd.stream_id > peer.last_taken_) return 0;
    const auto request = peer.requests_[frame->hd.stream_id];
    peer.script_(request);
    return 0;
  }

  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    self(user).requests_.erase(id);
    self(user).bodies_.erase(id);
    return 0;
  }

  static ssize_t body(nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t room,
                      std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& body = *static_cast<Body*>(source->ptr);
    const auto count = std::min(room, body.bytes.size() - body.sent);
    std::copy_n(body.bytes.data() + body.sent, count, reinterpret_cast<char*>(out));
    body.sent += count;
    if (body.sent == body.bytes.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Http2Peer::Http2Peer(Script script, std::uint32_t streams) : script_{std::move(script)} {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc{};
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);
  nghttp2_session_server_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  allow_streams(streams);
}

Http2Peer::~Http2Peer() { nghttp2_session_del(session_); }

bool Http2Peer::receive(std::string_view bytes) {
  if (silent_) return true;
  const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return nghttp2_session_mem_recv(session_, at, bytes.size()) >= 0;
}

std::string Http2Peer::take_output() {
  std::string output;
  const std::uint8_t* bytes = nullptr;
  for (auto count = nghttp2_session_mem_send(session_, &bytes); count > 0;
       count = nghttp2_session_mem_send(session_, &bytes))
    output += text(bytes, static_cast<std::size_t>(count));
  return output;
}

void Http2Peer::answer(std::int32_t stream, int status,
                       const std::map<std::string, std::string>& headers, std::string body) {
  const std::string name = ":status";
  const auto number = std::to_string(status);
  std::vector<nghttp2_nv> fields{field(name, number)};
  for (const auto& [key, value] : headers) fields.push_back(field(key, value));
  auto& kept = bodies_[stream];
  kept = {std::move(body), 0};
  nghttp2_data_provider provider{};
  provider.source.ptr = &kept;
  provider.read_callback = Callbacks::body;
  nghttp2_submit_response(session_, stream, fields.data(), fields.size(),
                          kept.bytes.empty() ? nullptr : &provider);
}

void Http2Peer::reset(std::int32_t stream, std::uint32_t error) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error);
}

void Http2Peer::go_away(std::int32_t last_stream, std::uint32_t error, std::string_view words) {
  last_taken_ = last_stream;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_stream, error,
                        reinterpret_cast<const std::uint8_t*>(words.data()), words.size());
}

void Http2Peer::allow_streams(std::uint32_t streams) {
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

}  // namespace test
