#include "web/api/body.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "sipstack/base/text.hpp"

namespace web::api {
namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t longest_text = 255;

bool is_json(std::string_view content_type) {
  const auto media = sip::trim(content_type.substr(0, content_type.find(';')));
  return sip::iequals(media, "application/json") ||
         sip::iequals(media, "application/merge-patch+json");
}

/// Looks at brackets outside strings only; what else is wrong the parser finds.
bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > deepest) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

Body::Body(std::string_view content_type, std::string_view text,
           std::initializer_list<std::string_view> allowed)
    : Body(content_type, text, std::span{allowed.begin(), allowed.size()}) {}

Body::Body(std::string_view content_type, std::string_view text,
           std::span<const std::string_view> allowed) {
  if (!is_json(content_type)) {
    refuse(415, "send JSON with Content-Type: application/json", "");
    return;
  }
  parse(text);
  for (const auto& member : object_.items()) {
    if (std::find(allowed.begin(), allowed.end(), member.key()) == allowed.end())
      refuse(400, "this field is not known here", member.key());
  }
}

void Body::parse(std::string_view text) {
  if (too_deep(text)) return refuse(400, "the JSON is nested too deeply", "");
  std::set<std::string> names;
  std::string twice;
  const auto look = [&](int depth, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::key && depth == 1) {
      auto name = value.get<std::string>();
      if (!names.insert(name).second && twice.empty()) twice = std::move(name);
    }
    return true;
  };
  auto parsed = Json::parse(text.begin(), text.end(), look, false);
  if (parsed.is_discarded()) return refuse(400, "the body is not valid JSON", "");
  if (!parsed.is_object()) return refuse(400, "the body must be a JSON object", "");
  if (!twice.empty()) return refuse(400, "this field is given twice", twice);
  object_ = std::move(parsed);
}

void Body::refuse(int status, std::string detail, std::string_view field) {
  // A field name may be as long as the body; the answer need not be.
  if (!problem_)
    problem_ = Problem{status, std::move(detail), std::string{field.substr(0, longest_text)}};
}

std::optional<std::string> Body::text(std::string_view name) {
  const auto found = object_.find(std::string{name});
  if (problem_ || found == object_.end()) return std::nullopt;
  return text_of(*found, name);
}

std::optional<std::string> Body::lines(std::string_view name, std::size_t most) {
  const auto found = object_.find(std::string{name});
  if (problem_ || found == object_.end()) return std::nullopt;
  if (!found->is_array() || found->size() > most) {
    refuse(400, "this field must be a list of at most " + std::to_string(most) + " strings", name);
    return std::nullopt;
  }
  std::string out;
  for (const auto& item : *found) {
    const auto line = text_of(item, name);
    if (!line) return std::nullopt;
    if (line->empty()) {
      refuse(400, "this list holds an empty string", name);
      return std::nullopt;
    }
    out.append(out.empty() ? "" : "\n").append(*line);
  }
  return out;
}

std::optional<std::string> Body::text_of(const Json& json, std::string_view name) {
  if (!json.is_string()) {
    refuse(400, "this must be a string", name);
    return std::nullopt;
  }
  auto value = json.get<std::string>();
  if (value.size() > longest_text) {
    refuse(400, "this field is longer than 255 bytes", name);
    return std::nullopt;
  }
  if (std::any_of(value.begin(), value.end(), is_control)) {
    refuse(400, "this field holds control characters", name);
    return std::nullopt;
  }
  return value;
}

std::string Body::required_text(std::string_view name) {
  auto value = text(name);
  if (!value) refuse(400, "this field is missing", name);
  if (value && value->empty()) refuse(400, "this field must not be empty", name);
  return std::move(value).value_or("");
}

std::optional<std::int64_t> Body::number(std::string_view name, std::int64_t least,
                                         std::int64_t most) {
  const auto found = object_.find(std::string{name});
  if (problem_ || found == object_.end()) return std::nullopt;
  const bool whole = found->is_number_integer() &&
                     !(found->is_number_unsigned() &&
                       found->get<std::uint64_t>() > static_cast<std::uint64_t>(most));
  const auto value = whole ? found->get<std::int64_t>() : least - 1;
  if (value >= least && value <= most) return value;
  refuse(400,
         "this field must be a whole number from " + std::to_string(least) + " to " +
             std::to_string(most),
         name);
  return std::nullopt;
}

std::optional<bool> Body::flag(std::string_view name) {
  const auto found = object_.find(std::string{name});
  if (problem_ || found == object_.end()) return std::nullopt;
  if (!found->is_boolean()) {
    refuse(400, "this field must be true or false", name);
    return std::nullopt;
  }
  return found->get<bool>();
}

}  // namespace web::api
