#include "sipstack/message/rewrite.hpp"

#include <algorithm>

#include "sipstack/base/text.hpp"
#include "sipstack/message/params.hpp"

namespace sip {

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
  std::string line;
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
  const auto headers = message_.headers();
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (removed_.test(i)) continue;
    const auto name = message_.name(headers[i]);
    const auto replaced =
        std::ranges::find(replaced_, i, &std::pair<std::size_t, std::string>::first);
    append_header(out, name,
                  replaced == replaced_.end() ? message_.value(headers[i])
                                              : std::string_view{replaced->second});
  }
  out.append(back_);
  append_body(out, body_ ? message_.body() : std::string_view{});
  return out;
}

}  // namespace sip
