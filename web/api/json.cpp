#include "web/api/json.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace web::api {

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string rfc3339(sip::WallTime time) {
  using std::chrono::days;
  using std::chrono::floor;
  using std::chrono::milliseconds;
  using std::chrono::sys_days;
  using std::chrono::year;
  constexpr sip::WallTime first = sys_days{year{0} / 1 / 1};
  constexpr sip::WallTime last = sip::WallTime{sys_days{year{10000} / 1 / 1}} - milliseconds{1};
  time = std::clamp(time, first, last);
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ldZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<long>(clock.hours().count()),
      static_cast<long>(clock.minutes().count()), static_cast<long>(clock.seconds().count()),
      static_cast<long>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

Json time_or_null(const std::optional<sip::WallTime>& time) {
  return time ? Json(rfc3339(*time)) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace web::api
