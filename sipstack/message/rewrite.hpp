#pragma once
#include <bitset>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sipstack/message/message.hpp"

namespace sip {

/// Copies a message with the edits a proxy makes (RFC 3261 section 16.6). Start line and framing
/// are written anew, header lines are spliced, so what was read is what is sent.
/// Lives shorter than the message it copies.
class Rewrite {
 public:
  explicit Rewrite(const Message& message);

  /// Replaces the Request-URI.
  Rewrite& request_uri(std::string_view uri);
  /// Removes every line of this name.
  Rewrite& remove(HeaderName name);
  /// Removes the first value of this name; the rest of a comma-joined line stays.
  Rewrite& remove_first_value(HeaderName name);
  /// Replaces the first line of this name and removes the others; adds it when there is none.
  Rewrite& set(HeaderName name, std::string value);
  /// Replaces one line, found by Message::headers().
  Rewrite& set(const Header& header, std::string value);
  /// Removes one line.
  Rewrite& remove(const Header& header);
  bool is_removed(const Header& header) const { return removed_.test(index_of(header)); }
  /// Puts a line before all others (later calls come first). Give no line end.
  Rewrite& prepend(HeaderName name, std::string_view value);
  /// Puts a line after all others.
  Rewrite& append(std::string_view name, std::string_view value);
  Rewrite& append(HeaderName name, std::string_view value) {
    return append(to_string(name), value);
  }
  Rewrite& without_body();

  std::string build() const;

 private:
  std::size_t index_of(const Header& header) const;
  void append_headers(std::string& out) const;

  const Message& message_;
  std::string request_uri_;
  std::bitset<256> removed_;
  std::vector<std::pair<std::size_t, std::string>> replaced_;  ///< by header index, few
  std::string front_;
  std::string back_;
  bool body_{true};
};

/// Appends "Name: value\r\n".
void append_header(std::string& out, std::string_view name, std::string_view value);
void append_header(std::string& out, HeaderName name, std::string_view value);
/// Appends Content-Length, the empty line and the body.
void append_body(std::string& out, std::string_view body);

}  // namespace sip
