#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <vector>

#include "proxy/core/story/story.hpp"
#include "sipstack/base/text.hpp"

namespace proxy::story {
namespace {

using record::Entry;
using record::Step;
using sip::WallTime;

/// What the timeline tells about one device.
struct DeviceStory {
  std::optional<WallTime> pushed, pushed_again, came, rang, late, closed;
  std::string push_trouble;
  std::string withheld;
  std::string notice, notice_trouble;
  bool accepted{false};
  bool refused{false};
  bool gone{false};
  bool left{false};
  bool late_failed{false};
};

std::map<std::int64_t, DeviceStory> by_device(const record::Timeline& timeline) {
  std::map<std::int64_t, DeviceStory> out;
  const auto keep_first = [](std::optional<WallTime>& slot, WallTime at) {
    if (!slot) slot = at;
  };
  for (const Entry& e : timeline) {
    if (e.device == 0) continue;
    DeviceStory& d = out[e.device];
    switch (e.what) {
      case Step::push_asked:
        keep_first(d.pushed ? d.pushed_again : d.pushed, e.at);
        break;
      case Step::push_accepted:
        d.accepted = true;
        d.push_trouble.clear();
        break;
      case Step::push_refused:
      case Step::push_failed:
        if (!d.accepted) d.push_trouble = e.detail;
        break;
      case Step::push_withheld:
        d.withheld = e.detail;
        break;
      case Step::registered:
      case Step::keep_alive:
        if (d.pushed) keep_first(d.came, e.at);
        break;
      case Step::provisional:
        keep_first(d.rang, e.at);
        break;
      case Step::declined:
      case Step::failed:
        d.refused = true;
        break;
      case Step::late_invite:
        keep_first(d.late, e.at);
        break;
      case Step::late_done:
        keep_first(d.closed, e.at);
        break;
      case Step::late_failed:
        d.late_failed = true;
        break;
      case Step::gone:
        d.gone = true;
        break;
      case Step::missed_notice_sent:
        d.notice = e.detail;
        break;
      case Step::missed_notice_failed:
        d.notice_trouble = e.detail;
        break;
      case Step::unregistered:
        d.left = true;
        break;
      default:
        break;
    }
  }
  return out;
}

std::string seconds(sip::Duration length) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(length.count()) / 1000.0);
  return text.data();
}

std::optional<std::int64_t> device_of(const record::Timeline& timeline, Step step) {
  for (const Entry& e : timeline)
    if (e.what == step && e.device != 0) return e.device;
  return std::nullopt;
}

/// How the caller fared.
std::string outcome(const record::Call& call, const record::Timeline& timeline,
                    const NameOf& name_of) {
  const auto who = [&](Step step, std::string_view otherwise) {
    const auto device = device_of(timeline, step);
    return device ? name_of(*device) : std::string{otherwise};
  };
  if (call.answered_at)
    return "answered by " + who(Step::answered, "the other side") + " after " +
           seconds(*call.answered_at - call.started_at);
  const auto length = call.ended_at ? seconds(*call.ended_at - call.started_at) : std::string{};
  if (call.end_reason == "cancelled") return "the caller gave up after " + length;
  if (call.end_reason == "elsewhere") return "answered elsewhere after " + length;
  if (call.end_reason == "declined") return "declined by " + who(Step::declined, "a phone");
  if (call.end_reason == "busy") return who(Step::failed, "the phone") + " was busy";
  if (call.end_reason == "rang too long") return "nobody answered within " + length;
  if (call.end_reason == "coalesced") return "rang as part of another call of the same caller";
  if (call.end_reason == "restarted") return "sipwake was restarted while the call waited";
  if (call.end_reason == "hung up") return "hung up by the administrator after " + length;
  if (call.end_reason == "not woken") return "nobody woke up within " + length;
  if (call.end_reason == "do not disturb") return "the callee did not want to be disturbed";
  if (call.end_reason == "not forwarded") return "the call had nowhere to go on to";
  if (call.end_reason == "refused") return "refused by a route when all trunks had failed";
  if (call.end_reason == "no device") return "no phone of the callee is known";
  if (call.end_reason.empty()) return "still open";
  return call.end_reason + " (" + std::to_string(call.final_status) + ")";
}

/// One phone's part; empty when there is nothing worth saying.
std::string phone_part(const DeviceStory& d, const std::string& name, bool settled) {
  std::string out;
  if (!d.withheld.empty() && !d.pushed) {
    out = name + " was not woken (" + d.withheld + ")";
  } else if (!d.push_trouble.empty()) {
    out = name + " could not be woken (" + d.push_trouble + ")";
  } else if (d.pushed && d.came) {
    out = name + " woke in " + seconds(*d.came - *d.pushed);
    if (d.pushed_again && *d.pushed_again <= *d.came) out += ", after a second push";
  } else if (d.left) {
    out = name + " un-registered";
  } else if (d.pushed && !d.rang && settled) {
    out = name + (d.gone ? " never woke" : " has not woken yet");
    if (d.pushed_again) out += " despite a second push";
  }
  return out;
}

std::string screen_part(const DeviceStory& d, const std::string& name) {
  if (d.closed && d.came)
    return "screen of " + name + " closed " + seconds(*d.closed - *d.came) + " after it woke";
  if (d.closed) return "screen of " + name + " closed";
  if (d.late_failed) return name + " could not be told that the call is over";
  return {};
}

std::string notice_part(const DeviceStory& d, const std::string& name) {
  if (!d.notice.empty()) return name + " was told of the missed call by " + d.notice;
  if (!d.notice_trouble.empty())
    return name + " could not be told of the missed call (" + d.notice_trouble + ")";
  return {};
}

}  // namespace

std::string device_name(const record::Device& device, std::string_view owner) {
  const std::string_view agent = device.user_agent;
  const auto mentions = [&](std::string_view word) {
    return sip::to_lower(agent).find(word) != std::string::npos;
  };
  std::string kind = device.push ? "mobile" : "desk phone";
  if (mentions("ios") || mentions("iphone") || device.push.provider.starts_with("apns")) {
    kind = "iPhone";
  } else if (mentions("android") || device.push.provider == "fcm") {
    kind = "Android phone";
  } else if (device.push.provider == "webpush") {
    kind = "browser";
  }
  return kind.append(" of ").append(owner);
}

std::string verdict(const record::Call& call, const record::Timeline& timeline,
                    const NameOf& name_of) {
  const auto devices = by_device(timeline);
  std::vector<std::string> parts;
  for (const auto& [id, story] : devices)
    if (auto part = phone_part(story, name_of(id), call.ended_at || call.answered_at);
        !part.empty())
      parts.push_back(std::move(part));
  for (const Entry& entry : timeline)
    if (entry.what == Step::forwarded) parts.push_back("went on (" + entry.detail + ")");
  parts.push_back(outcome(call, timeline, name_of));
  for (const auto part_of : {screen_part, notice_part})
    for (const auto& [id, story] : devices)
      if (auto part = part_of(story, name_of(id)); !part.empty()) parts.push_back(std::move(part));
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += "; ";
    out += part;
  }
  if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 32);
  if (out.starts_with("IPhone")) out.front() = 'i';
  return printable(out) + ".";
}

}  // namespace proxy::story
