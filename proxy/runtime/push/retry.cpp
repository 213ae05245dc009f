#include "proxy/runtime/push/retry.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

constexpr std::array<sip::Duration, 3> backoffs{std::chrono::milliseconds{500},
                                                std::chrono::seconds{1}, std::chrono::seconds{2}};
constexpr std::uint64_t retry_after_max_s = 86'400;

bool asks_again(int status) { return status == 0 || status == 429 || status >= 500; }

}  // namespace

Verdict judge(const Answer& answer, unsigned attempt, sip::Duration left) {
  if (answer.status >= 200 && answer.status < 300) return {PushOutcome::accepted, {}};
  if (answer.status == 404 || answer.status == 410) return {PushOutcome::dead, {}};
  if (!asks_again(answer.status)) return {PushOutcome::refused, {}};
  const auto step = std::min<std::size_t>(std::max(attempt, 1U) - 1, backoffs.size() - 1);
  const auto wait = std::max(backoffs.at(step), answer.retry_after.value_or(sip::Duration{}));
  if (wait >= left) return {PushOutcome::failed, {}};
  return {std::nullopt, wait};
}

std::optional<sip::Duration> parse_retry_after(std::string_view value) {
  const auto seconds = sip::parse_number(sip::trim(value), retry_after_max_s);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds{*seconds};
}

}  // namespace proxy::runtime::push
