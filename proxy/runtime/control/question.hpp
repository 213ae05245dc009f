#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace proxy::runtime::control {

/// A request of the HTTP API that comes over the control socket instead, and what is answered.
struct Question {
  std::string method;
  std::string target;
  std::string content_type{};
  std::string body{};
};
struct Told {
  int status{0};
  std::string content_type;
  std::string body;
};

/// {"cmd":"api","method":"GET","target":"/api/v1/users",...}, without a line feed.
std::string encode(const Question& question);
/// Nothing when the line is something else.
std::optional<Question> decode_question(std::string_view line);
std::string encode(const Told& told);
/// Nothing when the line is no such answer.
std::optional<Told> decode_told(std::string_view line);

}  // namespace proxy::runtime::control
