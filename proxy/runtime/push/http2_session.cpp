#include "proxy/runtime/push/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <new>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

constexpr std::uint32_t window = 262'144;  ///< of the connection, so that no answer holds up others
constexpr std::size_t goaway_text_max = 128;

std::string_view view(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 copies both unless it is told otherwise.
  auto* name_at = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data()));
  auto* value_at = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
  return {name_at, value_at, name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string goaway_words(const nghttp2_goaway& frame) {
  std::string words = "the service closed the connection";
  if (frame.error_code != NGHTTP2_NO_ERROR)
    words.append(": ").append(nghttp2_http2_strerror(frame.error_code));
  std::string said{view(frame.opaque_data, std::min(frame.opaque_data_len, goaway_text_max))};
  for (char& c : said)
    if (c < ' ' || c > '~') c = '?';
  if (!said.empty()) words.append(" (").append(said).append(")");
  return words;
}

}  // namespace

/// What nghttp2 calls; each only tells the session.
struct Http2Session::Callbacks {
  static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
    auto& streams = self(user).streams_;
    const auto at = streams.find(frame->hd.stream_id);
    if (at == streams.end()) return 0;
    auto& answer = at->second.answer;
    const auto key = view(name, name_size);
    const auto text = view(value, value_size);
    if (key == ":status")
      answer.status = static_cast<int>(sip::parse_number(text, 999).value_or(0));
    else if (key == "retry-after")
      answer.retry_after = text;
    else if (key == "apns-id")
      answer.apns_id = text;
    else if (key == "date")
      answer.date = text;
    return 0;
  }

  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                  std::size_t size, void* user) {
    self(user).more_body(id, view(bytes, size));
    return 0;
  }

  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) self(user).close(goaway_words(frame->goaway));
    if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
      self(user).settings_seen_ = true;
    return 0;
  }

  static int closed(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
    self(user).ended(id, error);
    return 0;
  }

  static ssize_t body(nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t room,
                      std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& stream = *static_cast<Stream*>(source->ptr);
    const auto count = std::min(room, stream.body->size() - stream.sent);
    std::copy_n(stream.body->data() + stream.sent, count, reinterpret_cast<char*>(out));
    stream.sent += count;
    if (stream.sent == stream.body->size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Http2Session::Http2Session(Options options, sip::TimePoint now)
    : options_{std::move(options)}, heard_{now} {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc{};
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);
  const int error = nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  if (error != 0) throw std::bad_alloc{};
  const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(window));
}

Http2Session::~Http2Session() { nghttp2_session_del(session_); }

void Http2Session::receive(std::string_view bytes, sip::TimePoint now) {
  heard_ = now;
  pinged_.reset();
  waiting_since_.reset();
  if (broken_) return;
  const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto taken = nghttp2_session_mem_recv(session_, at, bytes.size());
  if (taken < 0)
    return fail(std::string{"bad HTTP/2: "} + nghttp2_strerror(static_cast<int>(taken)));
}

std::string Http2Session::take_output() {
  std::string output;
  while (!broken_) {
    const std::uint8_t* bytes = nullptr;
    const auto count = nghttp2_session_mem_send(session_, &bytes);
    if (count < 0) fail(std::string{"HTTP/2: "} + nghttp2_strerror(static_cast<int>(count)));
    if (count <= 0) break;
    output.append(view(bytes, static_cast<std::size_t>(count)));
  }
  // nghttp2 has seen a fault that ends the connection, and its GOAWAY is in what goes out now.
  if (nghttp2_session_want_read(session_) == 0) close("the service breaks the rules of HTTP/2");
  return output;
}

std::vector<Http2Session::Event> Http2Session::take_events() { return std::exchange(events_, {}); }

bool Http2Session::can_ask() const {
  if (!is_ready() || nghttp2_session_check_request_allowed(session_) == 0) return false;
  const std::size_t allowed =
      nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return streams_.size() < std::min(allowed, options_.streams_max);
}

void Http2Session::ask(Token token, const HttpRequest& request, sip::TimePoint now) {
  std::vector<nghttp2_nv> fields{field(":method", "POST"), field(":scheme", "https"),
                                 field(":authority", options_.authority),
                                 field(":path", request.path)};
  for (const auto& [name, value] : request.headers) fields.push_back(field(name, value));
  // The stream has to stand where the callback finds it, and its number is known only afterwards.
  const auto id = static_cast<std::int32_t>(nghttp2_session_get_next_stream_id(session_));
  auto& stream = streams_[id];
  stream.token = token;
  stream.body = request.body;
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = Callbacks::body;
  const auto given =
      nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &provider, nullptr);
  if (given == id) {
    ids_[token] = id;
    if (!waiting_since_) waiting_since_ = now;
    return;
  }
  streams_.erase(id);
  events_.emplace_back(Lost{token, true, nghttp2_strerror(given)});
  close("no more requests on this connection");
}

void Http2Session::forget(Token token) {
  const auto at = ids_.find(token);
  if (at == ids_.end()) return;
  // nghttp2 holds the body until the stream is closed.
  streams_.at(at->second).token = 0;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, at->second, NGHTTP2_CANCEL);
  ids_.erase(at);
}

void Http2Session::more_body(std::int32_t id, std::string_view bytes) {
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  auto& answer = at->second.answer;
  const auto room = options_.body_max - std::min(options_.body_max, answer.body.size());
  answer.body.append(bytes.substr(0, room));
  if (bytes.size() <= room || answer.cut) return;
  answer.cut = true;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

/// The answer stands with its status, however the stream ended after that.
void Http2Session::ended(std::int32_t id, std::uint32_t error) {
  const auto at = streams_.find(id);
  if (at == streams_.end()) return;
  Stream stream = std::move(at->second);
  streams_.erase(at);
  if (stream.token == 0) return;
  ids_.erase(stream.token);
  if (stream.answer.status >= 200) {
    events_.emplace_back(Answered{stream.token, std::move(stream.answer)});
    return;
  }
  const bool refused = error == NGHTTP2_REFUSED_STREAM;
  std::string why =
      closing_ ? why_
               : std::string{"the service gave up the request: "} + nghttp2_http2_strerror(error);
  events_.emplace_back(Lost{stream.token, refused, std::move(why)});
}

void Http2Session::close(std::string why) {
  if (closing_) return;
  closing_ = true;
  why_ = std::move(why);
}

void Http2Session::fail(const std::string& why) {
  close(why);
  lose(why);
}

void Http2Session::lose(const std::string& why) {
  broken_ = true;
  close(why);
  for (auto& [id, stream] : std::exchange(streams_, {})) {
    if (stream.token == 0) continue;
    if (stream.answer.status >= 200)
      events_.emplace_back(Answered{stream.token, std::move(stream.answer)});
    else
      events_.emplace_back(Lost{stream.token, false, why});
  }
  ids_.clear();
}

bool Http2Session::is_over() const {
  if (broken_ || (closing_ && streams_.empty())) return true;
  return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

std::optional<sip::TimePoint> Http2Session::next_deadline() const {
  if (broken_) return std::nullopt;
  if (pinged_)
    return *pinged_ + (waiting_since_ ? options_.waiting_ping_patience : options_.ping_patience);
  const auto silent = heard_ + options_.ping_after;
  return waiting_since_ ? std::min(silent, *waiting_since_ + options_.waiting_ping_after) : silent;
}

void Http2Session::on_deadline(sip::TimePoint now) {
  const auto due = next_deadline();
  if (!due || now < *due) return;
  if (pinged_) return fail("the connection is dead: no answer to a ping");
  pinged_ = now;
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

}  // namespace proxy::runtime::push
