#include "proxy/core/push/payload.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

namespace proxy::push {
namespace {

using nlohmann::json;

constexpr std::size_t apns_call_limit = 5'120;
constexpr std::size_t usual_limit = 4'096;
/// One record of 4,096 bytes, its header, padding mark and tag taken off (RFC 8291 section 4).
constexpr std::size_t webpush_limit = 3'993;
constexpr std::size_t cut_name = 64;
constexpr std::size_t depth_max = 16;
constexpr std::size_t template_max = 16'384;

std::string caller_of(const CallNotice& n) {
  return std::string{n.caller_name.empty() ? n.caller_uri : n.caller_name};
}

/// "2025-03-01 12:00:00" in UTC, as liblinphone reads it.
std::string send_time(const CallNotice& n) {
  std::string text = rfc3339(n.sent_at);
  text.resize(19);
  text[10] = ' ';
  return text;
}

std::string text(std::string_view view) { return std::string{view}; }

struct Placeholder {
  std::string_view name;
  json (*value)(const CallNotice& notice);
};

const std::array placeholders{
    Placeholder{"call_id", [](const CallNotice& n) { return json(text(n.call_id)); }},
    Placeholder{
        "push_id",
        [](const CallNotice& n) { return json(text(n.push_id.empty() ? n.call_id : n.push_id)); }},
    Placeholder{"event", [](const CallNotice& n) { return json(text(n.event)); }},
    Placeholder{"caller", [](const CallNotice& n) { return json(caller_of(n)); }},
    Placeholder{"caller_uri", [](const CallNotice& n) { return json(text(n.caller_uri)); }},
    Placeholder{"caller_name", [](const CallNotice& n) { return json(text(n.caller_name)); }},
    Placeholder{"callee", [](const CallNotice& n) { return json(text(n.callee)); }},
    Placeholder{"uuid",
                [](const CallNotice& n) { return json(n.device ? n.device->instance : ""); }},
    Placeholder{"device_id", [](const CallNotice& n) { return json(n.device ? n.device->id : 0); }},
    Placeholder{"attempt", [](const CallNotice& n) { return json(n.attempt); }},
    Placeholder{"ttl", [](const CallNotice& n) { return json(n.ttl.count()); }},
    Placeholder{"send_time", [](const CallNotice& n) { return json(send_time(n)); }},
    Placeholder{"sent_at", [](const CallNotice& n) { return json(rfc3339(n.sent_at)); }},
};

const Placeholder* find(std::string_view name) {
  const auto at = std::ranges::find(placeholders, name, &Placeholder::name);
  return at == placeholders.end() ? nullptr : at;
}

/// One piece of a template's text: plain, or the name of a placeholder.
struct Piece {
  std::string_view text;
  bool is_name{false};
};

/// Takes a piece off `rest`; nothing at its end.
std::optional<Piece> take_piece(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  Piece piece;
  std::size_t used = std::min(rest.find('{'), rest.size());
  piece.text = rest.substr(0, used);
  if (rest.starts_with("{{")) {
    piece.text = rest.substr(0, 1);
    used = 2;
  } else if (used == 0) {
    const auto end = rest.find('}');
    piece.is_name = end != std::string_view::npos;
    used = piece.is_name ? end + 1 : rest.size();
    piece.text = piece.is_name ? rest.substr(1, end - 1) : rest;
  }
  rest.remove_prefix(used);
  return piece;
}

/// At most so many bytes, and no character in two.
std::string_view cut(std::string_view name, std::size_t most) {
  if (name.size() <= most) return name;
  while (most > 0 && (static_cast<unsigned char>(name[most]) & 0xC0U) == 0x80U) --most;
  return name.substr(0, most);
}

json fill_text(std::string_view pattern, const CallNotice& notice) {
  std::string_view rest = pattern;
  const auto first = take_piece(rest);
  if (!first) return "";
  const auto* only = first->is_name ? find(first->text) : nullptr;
  if (only && rest.empty()) return only->value(notice);
  std::string out;
  for (std::optional<Piece> piece = first; piece; piece = take_piece(rest)) {
    const auto* known = piece->is_name ? find(piece->text) : nullptr;
    const json value = known ? known->value(notice) : json(text(piece->text));
    out += value.is_string() ? value.get_ref<const std::string&>() : value.dump();
  }
  return out;
}

// What liblinphone needs, by service and event. The keys beside `aps` and of `data` are those its
// makers' own push gateway sends.
constexpr std::string_view apns_templates = R"({
  "call": {"aps": {"sound": "", "loc-key": "IC_MSG", "loc-args": ["{caller}"],
                   "call-id": "{call_id}", "uuid": "{uuid}", "send-time": "{send_time}"},
           "from-uri": "{caller_uri}", "display-name": "{caller_name}", "pn_ttl": "{ttl}",
           "push-id": "{push_id}", "customPayload": {}},
  "missed": {"aps": {"alert": {"title": "Missed call", "body": "{caller}"}, "sound": "default",
                     "call-id": "{call_id}", "uuid": "{uuid}", "send-time": "{send_time}"},
             "from-uri": "{caller_uri}", "display-name": "{caller_name}", "event": "missed"},
  "wake": {"aps": {"content-available": 1, "call-id": "{call_id}", "uuid": "{uuid}",
                   "send-time": "{send_time}"}, "event": "wake"}})";
constexpr std::string_view fcm_templates = R"({
  "call": {"call-id": "{call_id}", "uuid": "{uuid}", "from-uri": "{caller_uri}",
           "display-name": "{caller_name}", "sip-from": "{caller}", "loc-key": "IC_MSG",
           "loc-args": "{caller}", "send-time": "{send_time}", "push-id": "{push_id}"},
  "missed": {"event": "missed", "call-id": "{call_id}", "uuid": "{uuid}",
             "from-uri": "{caller_uri}", "display-name": "{caller_name}", "sip-from": "{caller}",
             "send-time": "{send_time}"},
  "wake": {"event": "wake", "call-id": "{call_id}", "uuid": "{uuid}",
           "send-time": "{send_time}"}})";
constexpr std::string_view webpush_templates = R"({
  "call": {"event": "call", "call_id": "{call_id}", "push_id": "{push_id}", "callee": "{callee}",
           "caller": {"uri": "{caller_uri}", "display_name": "{caller_name}"},
           "ttl": "{ttl}", "sent_at": "{sent_at}"},
  "missed": {"event": "missed", "call_id": "{call_id}", "callee": "{callee}",
             "caller": {"uri": "{caller_uri}", "display_name": "{caller_name}"},
             "sent_at": "{sent_at}"},
  "wake": {"event": "wake", "call_id": "{call_id}", "callee": "{callee}",
           "sent_at": "{sent_at}"}})";

// What is left when the rest is too large: enough to find the call.
constexpr std::string_view apns_slim = R"({
  "call": {"aps": {"sound": "", "loc-key": "IC_MSG", "loc-args": ["?"], "call-id": "{call_id}"}},
  "missed": {"aps": {"alert": {"title": "Missed call"}, "call-id": "{call_id}"}},
  "wake": {"aps": {"content-available": 1}}})";
constexpr std::string_view fcm_slim = R"({
  "call": {"call-id": "{call_id}", "loc-key": "IC_MSG"},
  "missed": {"event": "missed", "call-id": "{call_id}"}, "wake": {"event": "wake"}})";
constexpr std::string_view webpush_slim = R"({
  "call": {"event": "call", "call_id": "{call_id}"},
  "missed": {"event": "missed", "call_id": "{call_id}"}, "wake": {"event": "wake"}})";

json pattern_of(Service service, std::string_view event, bool slim) {
  std::string_view all = slim ? webpush_slim : webpush_templates;
  if (service == Service::apns) all = slim ? apns_slim : apns_templates;
  if (service == Service::fcm) all = slim ? fcm_slim : fcm_templates;
  json patterns = json::parse(all);
  return std::move(patterns[patterns.contains(event) ? text(event) : "call"]);
}

/// The values of FCM's `data` must be texts.
void make_texts(json& data) {
  for (auto& value : data)
    if (!value.is_string()) value = value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string render(Service service, const json& pattern, const CallNotice& notice) {
  json filled = fill(pattern, notice);
  if (service == Service::fcm) make_texts(filled);
  return filled.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What may stand at the top of a template for this event.
std::string event_problem(Service service, const json& pattern) {
  if (!pattern.is_object()) return "must be an object";
  if (service == Service::apns && (!pattern.contains("aps") || !pattern["aps"].is_object()))
    return "needs the object 'aps'";
  if (service != Service::fcm) return {};
  for (const auto& [key, value] : pattern.items())
    if (key == "from" || key == "message_type" || key == "notification" ||
        key.starts_with("google") || key.starts_with("gcm"))
      return "has the key '" + key + "', which FCM keeps for itself";
  return {};
}

/// What is wrong with the texts below; empty when nothing is.
std::string text_problem(const json& pattern, std::size_t depth = 0) {
  if (depth > depth_max) return "is nested too deeply";
  if (pattern.is_string()) {
    std::string_view rest = pattern.get_ref<const std::string&>();
    while (const auto piece = take_piece(rest))
      if (piece->is_name && !find(piece->text))
        return std::string{"names {"}.append(piece->text).append("}, which nothing stands for");
  }
  if (!pattern.is_structured()) return {};
  for (const auto& value : pattern)
    if (auto why = text_problem(value, depth + 1); !why.empty()) return why;
  return {};
}

}  // namespace

Kind kind_of(const CallNotice& notice) {
  if (notice.event == "missed") return Kind::alert;
  return notice.event == "wake" ? Kind::wake : Kind::call;
}

std::size_t payload_limit(Service service, Kind kind) {
  if (service == Service::apns && kind == Kind::call) return apns_call_limit;
  return service == Service::webpush ? webpush_limit : usual_limit;
}

nlohmann::json fill(const nlohmann::json& pattern, const CallNotice& notice) {
  if (pattern.is_string()) return fill_text(pattern.get_ref<const std::string&>(), notice);
  json out = pattern;
  if (out.is_structured())
    for (auto& value : out) value = fill(value, notice);
  return out;
}

Payload payload_of(Service service, std::string_view custom, const CallNotice& notice) {
  const std::string event = text(notice.event);
  json pattern = json::parse(custom, nullptr, false);
  pattern = pattern.is_object() && pattern.contains(event) ? json(pattern[event])
                                                           : pattern_of(service, event, false);
  const auto limit = payload_limit(service, kind_of(notice));
  Payload out;
  out.slim_body = render(service, pattern_of(service, event, true), notice);
  out.body = render(service, pattern, notice);
  if (out.body.size() > limit) {
    CallNotice shorter = notice;
    shorter.caller_name = cut(notice.caller_name, cut_name);
    out.body = render(service, pattern, shorter);
  }
  if (out.body.size() > limit) out.body = out.slim_body;
  if (out.slim_body == out.body) out.slim_body.clear();
  return out;
}

std::string template_problem(Service service, std::string_view custom) {
  if (custom.size() > template_max) return "is larger than 16 kB";
  const json patterns = json::parse(custom, nullptr, false);
  if (!patterns.is_object()) return "is no JSON object";
  for (const auto& [event, pattern] : patterns.items()) {
    if (event == "$schema" || event == "$comment") continue;
    if (event != "call" && event != "missed" && event != "wake")
      return "has '" + event + "', which is none of call, missed and wake";
    auto why = event_problem(service, pattern);
    if (why.empty()) why = text_problem(pattern);
    if (!why.empty()) return std::string{"'"}.append(event).append("' ").append(why);
  }
  return {};
}

}  // namespace proxy::push
