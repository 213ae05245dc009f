#include "proxy/runtime/control/question.hpp"

#include <nlohmann/json.hpp>

namespace proxy::runtime::control {
namespace {

using Json = nlohmann::json;

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// An object of plain members, or null.
Json flat_object(std::string_view line) {
  bool flat = true;
  const auto look = [&](int depth, Json::parse_event_t, const Json&) {
    flat = flat && depth <= 1;
    return flat;
  };
  auto json = Json::parse(line.begin(), line.end(), look, false);
  return flat && json.is_object() ? json : Json{};
}

std::string text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

std::string encode(const Question& question) {
  return one_line({{"cmd", "api"},
                   {"method", question.method},
                   {"target", question.target},
                   {"content_type", question.content_type},
                   {"body", question.body}});
}

std::optional<Question> decode_question(std::string_view line) {
  const auto json = flat_object(line);
  if (!json.is_object() || text(json, "cmd") != "api") return std::nullopt;
  return Question{text(json, "method"), text(json, "target"), text(json, "content_type"),
                  text(json, "body")};
}

std::string encode(const Told& told) {
  return one_line(
      {{"status", told.status}, {"content_type", told.content_type}, {"body", told.body}});
}

std::optional<Told> decode_told(std::string_view line) {
  const auto json = flat_object(line);
  if (!json.is_object() || !json.contains("status") || !json.at("status").is_number_integer())
    return std::nullopt;
  return Told{json.at("status").get<int>(), text(json, "content_type"), text(json, "body")};
}

}  // namespace proxy::runtime::control
