#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "proxy/core/engine/event.hpp"
#include "proxy/core/push/request.hpp"
#include "proxy/core/record/rows.hpp"
#include "proxy/core/view/view.hpp"
#include "sipstack/base/bytes.hpp"
#include "sipstack/locate/record.hpp"

namespace proxy {

// What the engine may ask for. A closed set of plain values.

/// Bytes to a flow, not before `after` is committed. Sends that wait keep their order.
struct Send {
  sip::Flow flow;
  sip::Bytes bytes;
  Seq after{0};
  sip::transaction::ClientId client{};  ///< given back in SendFailed
};
struct CloseFlow {
  sip::Flow flow;
};
/// Belongs to batch `seq`. All writes of one batch are committed together or not at all.
struct Write {
  Seq seq{0};
  record::Change change;
};
/// A push to hand over now. Its answer is one PushDone, whatever happens.
struct Push : push::Request {
  PushId id{};
  sip::Duration deadline{};  ///< give up (retries included) after this long
};
/// The call this push was for has ended: do not hand it over any more, do not retry.
struct DropPush {
  PushId id;
};
/// A question for the name servers. Its answer is one Resolved, or none.
struct Resolve {
  ResolveId id;
  sip::locate::Question question;
};
/// From now on the certificates of these must be for these names when we connect over TLS; of no
/// other peer a name is expected.
struct Expect {
  std::map<sip::Endpoint, std::string> names;
};
struct Reply {
  RequestId id;
  view::Answer answer;
  Seq after{0};
};

enum class Level : std::uint8_t { debug, info, warn, error };
/// One log line: one decision. `event` is an interface ("call.held"). Values are raw bytes, the
/// log writer escapes them.
struct Report {
  Level level{Level::info};
  std::string_view event;  ///< a literal
  std::vector<std::pair<std::string_view, std::string>> fields;
};

/// A step of a call, for whoever watches: there is something new to read about it.
struct Stepped {
  std::int64_t call{0};
  record::Step what{record::Step::invite};
  std::int64_t device{0};  ///< 0 for none
};

using Action =
    std::variant<Send, CloseFlow, Write, Push, DropPush, Resolve, Expect, Reply, Report, Stepped>;

}  // namespace proxy
