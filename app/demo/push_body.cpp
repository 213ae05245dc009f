#include "app/demo/push_body.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "sipstack/auth/digest.hpp"
#include "sipstack/base/text.hpp"

namespace app::demo {
namespace {

using nlohmann::json;

/// The text at `key`, or nothing.
const std::string* text(const json& object, const char* key) {
  const auto at = object.find(key);
  return at == object.end() ? nullptr : at->get_ptr<const std::string*>();
}

}  // namespace

std::optional<PushSeen> read_push(std::string_view body) {
  const json root = json::parse(body, nullptr, false);
  if (!root.is_object()) return std::nullopt;
  const auto caller = root.find("caller");
  const auto device = root.find("device");
  if (caller == root.end() || !caller->is_object() || device == root.end()) return std::nullopt;
  const std::string* event = text(root, "event");
  const std::string* call_id = text(root, "call_id");
  const std::string* callee = text(root, "callee");
  const std::string* uri = text(*caller, "uri");
  const auto attempt = root.find("attempt");
  if (!event || !call_id || !callee || !uri || attempt == root.end() ||
      !attempt->is_number_integer())
    return std::nullopt;
  PushSeen push{*event, *call_id, *uri, *callee, {}, attempt->get<int>()};
  if (device->is_null()) return push;
  const std::string* prid = device->is_object() ? text(*device, "prid") : nullptr;
  if (!prid) return std::nullopt;
  push.prid = *prid;
  return push;
}

std::string push_signature(std::string_view secret, std::string_view body) {
  const std::string mac = sip::auth::hmac_sha256(secret, body);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(mac.data());
  return "sha256=" + sip::to_hex(std::span{bytes, mac.size()});
}

}  // namespace app::demo
