#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sipstack/message/message.hpp"

namespace test {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A request before it is sent: everything but Via and Content-Length, free to be spoilt.
struct Draft {
  std::string method;
  std::string uri;
  Headers headers;
  std::string body;

  std::string_view value(std::string_view name) const;
  /// Replaces all headers of this name; an empty value removes them.
  void set(std::string_view name, std::string value);
  void add(std::string_view name, std::string value);
  std::string render(std::string_view via) const;
};

/// One dialog as one side of it sees it (RFC 3261 section 12).
struct Dialog {
  std::string call_id;
  std::string local;   ///< value of From in requests of this side, tag included
  std::string remote;  ///< value of To
  std::string target;  ///< the other's Contact URI
  std::vector<std::string> routes;
  std::uint32_t cseq{0};         ///< last one this side has used
  std::uint32_t invite_cseq{0};  ///< of the INVITE that made it
  bool caller{false};            ///< this side sent the last INVITE
  bool confirmed{false};
  std::string ack;  ///< wire bytes of the ACK, once sent (caller only)

  Draft request(std::string_view method);
  std::string local_tag() const { return std::string{sip::tag_of(local)}; }
  std::string remote_tag() const { return std::string{sip::tag_of(remote)}; }
};

/// Adds a tag parameter unless there is one.
std::string with_tag(std::string_view value, std::string_view tag);
/// All values of a header that may be repeated or comma-joined, in order.
std::vector<std::string> all_values(const sip::Message& message, std::string_view name);
/// Requests besides INVITE whose 2xx makes a dialog (RFC 6665, RFC 3515).
bool makes_subscription(std::string_view method);
bool makes_dialog(const sip::Message& request);
/// A response built from the request by hand (section 8.2.6); `tag` goes to To unless empty.
std::string response_text(const sip::Message& request, int status, std::string_view reason,
                          std::string_view tag, const Headers& extra, std::string_view body);

}  // namespace test
