#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sipstack/message/check.hpp"
#include "sipstack/message/message.hpp"

namespace sip {

/// Builds a response to a request (RFC 3261 section 8.2.6): Via (all of them, the top one with
/// received and rport), From, To with our tag, Call-ID and CSeq, then what is added.
class Reply {
 public:
  /// An empty reason takes the standard phrase.
  Reply(const Message& request, int status, std::string_view reason = {});

  /// Where the request came from (no brackets around IPv6); fills the top Via (RFC 3581).
  Reply& source(std::string_view address, std::uint16_t port);
  /// Added to To unless the request had a tag or the status is 100.
  Reply& to_tag(std::string_view tag);
  Reply& header(std::string_view name, std::string_view value);
  Reply& header(HeaderName name, std::string_view value) { return header(to_string(name), value); }
  /// Copies the Record-Route lines, as a response that makes a dialog must (section 12.1.1).
  Reply& with_record_route();
  Reply& body(std::string_view type, std::string_view text);

  std::string build() const;

 private:
  void append_to(std::string& out, std::string_view value) const;

  const Message& request_;
  std::string start_line_;
  std::string top_via_;
  std::string to_tag_;
  std::string extra_;
  std::string body_;
  bool record_route_{false};
  int status_;
};

}  // namespace sip
