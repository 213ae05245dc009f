#include "sipstack/transport/framing.hpp"

#include <algorithm>
#include <cstring>

#include "sipstack/base/text.hpp"
#include "sipstack/message/names.hpp"

namespace sip {
namespace {

constexpr std::size_t small = 16'384;  ///< bytes not worth moving or giving back

}  // namespace

std::string_view to_string(FrameErrc code) {
  switch (code) {
    case FrameErrc::garbage:
      return "no SIP message";
    case FrameErrc::start_line_too_long:
      return "start line too long";
    case FrameErrc::headers_too_large:
      return "headers too large";
    case FrameErrc::bad_line_end:
      return "bad line end";
    case FrameErrc::bad_content_length:
      return "bad Content-Length";
    case FrameErrc::unequal_content_lengths:
      return "unequal Content-Lengths";
    case FrameErrc::missing_content_length:
      return "missing Content-Length";
    case FrameErrc::message_too_large:
      return "message too large";
  }
  return "unknown error";
}

void StreamFramer::push(std::string_view bytes) {
  if (error_) return;
  // At least half of the buffer goes each time, so every byte is moved once at most on average.
  if (begin_ >= small && begin_ >= buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    line_ -= begin_;
    scanned_ -= begin_;
    if (message_end_ != 0) message_end_ -= begin_;
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::optional<StreamFramer::Item> StreamFramer::next() {
  if (error_ || begin_ == buffer_.size()) return std::nullopt;
  if (message_end_ == 0) {
    if (buffer_[begin_] == '\r') return keep_alive();
    if (!begins_like_sip()) {
      fail(FrameErrc::garbage);
      return std::nullopt;
    }
    after_pong_ = false;
    if (!scan_head()) return std::nullopt;
  }
  if (buffer_.size() < message_end_) return std::nullopt;
  std::string message = buffer_.substr(begin_, message_end_ - begin_);
  consume(message.size());
  return message;
}

/// Takes a CRLF between messages. A lone one is told at once, and not held back for a second that
/// may never come; when the second does come, both together were a ping.
std::optional<StreamFramer::Item> StreamFramer::keep_alive() {
  const std::string_view ahead = std::string_view{buffer_}.substr(begin_, 4);
  if (ahead == "\r\n\r\n") {
    after_pong_ = false;
    consume(4);
    return KeepAlive::ping;
  }
  if (ahead.starts_with("\r\n")) {
    after_pong_ = !after_pong_;
    consume(2);
    return after_pong_ ? KeepAlive::pong : KeepAlive::ping;
  }
  if (ahead.size() > 1) fail(FrameErrc::garbage);
  return std::nullopt;
}

/// A method or "SIP/": refuses other protocols and noise at their first byte.
bool StreamFramer::begins_like_sip() const { return is_token_char(buffer_[begin_]); }

/// Reads on to the end of the headers. True when the message's end is known.
bool StreamFramer::scan_head() {
  for (;;) {
    const void* found = std::memchr(buffer_.data() + scanned_, '\n', buffer_.size() - scanned_);
    const std::size_t lf =
        found ? static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data())
              : buffer_.size();
    if (line_ == begin_ && lf - line_ > limits_.header_line_bytes)
      return fail(FrameErrc::start_line_too_long);
    if (lf + (found ? 1 : 0) - begin_ > limits_.header_bytes)
      return fail(FrameErrc::headers_too_large);
    scanned_ = lf;
    if (!found) return false;
    if (lf == line_ || buffer_[lf - 1] != '\r') return fail(FrameErrc::bad_line_end);
    scanned_ = lf + 1;
    if (!scan_line(lf - 1)) return false;
    const bool empty = lf == line_ + 1;
    line_ = scanned_;
    if (empty) return true;
  }
}

/// Takes the line that ends at `cr`. False after an error.
bool StreamFramer::scan_line(std::size_t cr) {
  const std::string_view line{buffer_.data() + line_, cr - line_};
  if (line.find('\r') != std::string_view::npos) return fail(FrameErrc::bad_line_end);
  if (line_ == begin_) return start_line(line);
  if (!line.empty() && is_blank(line.front())) {
    if (length_text_) length_text_->append(line);  // folded, RFC 3261 section 7.3.1
    return true;
  }
  if (!end_length()) return false;
  return line.empty() ? end_head() : header_line(line);
}

bool StreamFramer::start_line(std::string_view line) {
  const auto version = trim(line).rfind(' ');
  const bool response = iequals(line.substr(0, 4), "SIP/");
  const bool request =
      version != std::string_view::npos && iequals(line.substr(version + 1, 4), "SIP/");
  return response || request || fail(FrameErrc::garbage);
}

bool StreamFramer::header_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // Message::parse finds fault with it
  if (parse_header_name(trim(line.substr(0, colon))) == HeaderName::content_length)
    length_text_ = line.substr(colon + 1);
  return true;
}

/// Reads the Content-Length value when its last line has been seen.
bool StreamFramer::end_length() {
  if (!length_text_) return true;
  const auto digits = trim(*length_text_);
  const auto length = parse_number(digits, limits_.message_bytes);
  if (!length) {
    const bool number = !digits.empty() && std::ranges::all_of(digits, is_digit);
    return fail(number ? FrameErrc::message_too_large : FrameErrc::bad_content_length);
  }
  if (length_ && *length_ != *length) return fail(FrameErrc::unequal_content_lengths);
  length_ = *length;
  length_text_.reset();
  return true;
}

bool StreamFramer::end_head() {
  if (!length_) return fail(FrameErrc::missing_content_length);
  if (scanned_ - begin_ + *length_ > limits_.message_bytes)
    return fail(FrameErrc::message_too_large);
  message_end_ = scanned_ + *length_;
  return true;
}

bool StreamFramer::fail(FrameErrc code) {
  error_ = FrameError{code, offset_};
  begin_ = 0;
  buffer_ = {};
  return false;
}

void StreamFramer::consume(std::size_t count) {
  begin_ += count;
  offset_ += count;
  if (begin_ == buffer_.size()) {
    begin_ = 0;
    buffer_.clear();
    // Thousands of idle connections must not keep room for their largest message each.
    if (buffer_.capacity() > small) buffer_ = {};
  }
  line_ = begin_;
  scanned_ = begin_;
  message_end_ = 0;
  length_.reset();
  length_text_.reset();
}

}  // namespace sip
