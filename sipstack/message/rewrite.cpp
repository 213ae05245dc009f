#include "sipstack/message/rewrite.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace sip {
namespace {

constexpr std::size_t expected_front = 384;  ///< a Via and a Record-Route or two

/// "Name: value" and a line end, with no blank too many.
bool is_plain(std::string_view wire, const Header& header) {
  const std::size_t name_end = header.name_text.begin + header.name_text.size;
  const std::size_t value_end = header.value.begin + header.value.size;
  return header.value.begin == name_end + 2 && wire[name_end] == ':' && wire[name_end + 1] == ' ' &&
         wire[value_end] == '\r';
}

}  // namespace

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_header(std::string& out, HeaderName name, std::string_view value) {
  append_header(out, to_string(name), value);
}

void append_body(std::string& out, std::string_view body) {
  out.append("Content-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
}

Rewrite::Rewrite(const Message& message) : message_{message} { remove(HeaderName::content_length); }

Rewrite& Rewrite::request_uri(std::string_view uri) {
  request_uri_ = uri;
  return *this;
}

Rewrite& Rewrite::remove(HeaderName name) {
  const auto headers = message_.headers();
  if (!message_.has(name)) return *this;
  for (std::size_t i = 0; i < headers.size(); ++i)
    if (headers[i].name == name) removed_.set(i);
  return *this;
}

Rewrite& Rewrite::remove_first_value(HeaderName name) {
  const Header* header = message_.first(name);
  if (!header) return *this;
  std::string_view rest = message_.value(*header);
  take_list_item(rest);
  rest = trim(rest);
  return rest.empty() ? remove(*header) : set(*header, std::string{rest});
}

Rewrite& Rewrite::set(HeaderName name, std::string value) {
  const Header* header = message_.first(name);
  if (!header) return append(name, value);
  remove(name);
  return set(*header, std::move(value));
}

Rewrite& Rewrite::set(const Header& header, std::string value) {
  const auto index = index_of(header);
  removed_.reset(index);
  std::erase_if(replaced_, [&](const auto& r) { return r.first == index; });
  replaced_.emplace_back(index, std::move(value));
  return *this;
}

Rewrite& Rewrite::remove(const Header& header) {
  removed_.set(index_of(header));
  return *this;
}

Rewrite& Rewrite::prepend(HeaderName name, std::string_view value) {
  if (front_.empty()) front_.reserve(expected_front);
  std::string line;
  line.reserve(value.size() + 32);
  append_header(line, name, value);
  front_.insert(0, line);
  return *this;
}

Rewrite& Rewrite::append(std::string_view name, std::string_view value) {
  append_header(back_, name, value);
  return *this;
}

Rewrite& Rewrite::without_body() {
  body_ = false;
  for (const Header& header : message_.headers()) {
    const auto name = message_.name(header);
    const bool describes_it =
        header.name == HeaderName::content_type || header.name == HeaderName::content_encoding ||
        iequals(name.substr(0, 8), "Content-") || iequals(name, "MIME-Version");
    if (describes_it) remove(header);
  }
  return *this;
}

std::size_t Rewrite::index_of(const Header& header) const {
  return static_cast<std::size_t>(&header - message_.headers().data());
}

/// Lines that are written as we would write them are copied together, as long as they follow each
/// other in the message.
void Rewrite::append_headers(std::string& out) const {
  const auto headers = message_.headers();
  const auto wire = message_.wire();
  std::size_t run = 0;
  std::size_t run_end = 0;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (removed_.test(i)) continue;
    const Header& header = headers[i];
    const auto replaced =
        std::ranges::find(replaced_, i, &std::pair<std::size_t, std::string>::first);
    if (replaced == replaced_.end() && is_plain(wire, header)) {
      if (header.name_text.begin != run_end) {
        out.append(wire.substr(run, run_end - run));
        run = header.name_text.begin;
      }
      run_end = header.value.begin + header.value.size + 2;
      continue;
    }
    out.append(wire.substr(run, run_end - run));
    run = run_end = 0;
    append_header(
        out, message_.name(header),
        replaced == replaced_.end() ? message_.value(header) : std::string_view{replaced->second});
  }
  out.append(wire.substr(run, run_end - run));
}

std::string Rewrite::build() const {
  std::string out;
  out.reserve(message_.wire().size() + front_.size() + back_.size() + request_uri_.size() + 64);
  if (message_.is_request()) {
    out.append(message_.method_text()).append(" ");
    out.append(request_uri_.empty() ? message_.request_uri() : std::string_view{request_uri_});
    out.append(" SIP/2.0\r\n");
  } else {
    out.append("SIP/2.0 ").append(std::to_string(message_.status())).append(" ");
    out.append(message_.reason()).append("\r\n");
  }
  out.append(front_);
  append_headers(out);
  out.append(back_);
  append_body(out, body_ ? message_.body() : std::string_view{});
  return out;
}

}  // namespace sip
