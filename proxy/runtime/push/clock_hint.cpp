#include "proxy/runtime/push/clock_hint.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "sipstack/base/text.hpp"

namespace proxy::runtime::push {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t date_size = 29;
constexpr sip::Duration unremarkable = 30s;  ///< a push may be this long on its way, and more
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<sip::WallTime> read_http_date(std::string_view text) {
  if (text.size() != date_size || !text.ends_with(" GMT")) return std::nullopt;
  const auto number = [&text](std::size_t at, std::size_t length, unsigned most) {
    return sip::parse_number(text.substr(at, length), most);
  };
  const auto day = number(5, 2, 31);
  const auto month = std::ranges::find(months, text.substr(8, 3));
  const auto year = number(12, 4, 9'999);
  const auto hour = number(17, 2, 23);
  const auto minute = number(20, 2, 59);
  const auto second = number(23, 2, 60);
  if (!day || !year || !hour || !minute || !second || month == months.end()) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year{static_cast<int>(*year)},
      std::chrono::month{static_cast<unsigned>(month - months.begin()) + 1},
      std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return sip::WallTime{std::chrono::sys_days{date} + std::chrono::hours{*hour} +
                       std::chrono::minutes{*minute} + std::chrono::seconds{*second}};
}

std::string clock_words(sip::Duration ahead) {
  const auto off = ahead < 0ms ? -ahead : ahead;
  if (off <= unremarkable) return {};
  const bool short_way = off < 2min;
  const auto count = short_way ? std::chrono::round<std::chrono::seconds>(off).count()
                               : std::chrono::round<std::chrono::minutes>(off).count();
  return "this machine's clock is " + std::to_string(count) + (short_way ? " s " : " min ") +
         (ahead < 0ms ? "behind" : "ahead of") + " the service's";
}

std::string clock_hint(std::string_view date, sip::WallTime now) {
  const auto theirs = read_http_date(date);
  const auto words = theirs ? clock_words(now - *theirs) : std::string{};
  return words.empty() ? words : "; " + words;
}

}  // namespace proxy::runtime::push
