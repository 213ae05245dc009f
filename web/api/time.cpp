#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sipstack/base/text.hpp"
#include "web/api/json.hpp"

namespace web::api {
namespace {

/// Takes what a form demands off the front of a text.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_{text} {}

  /// A number of exactly so many digits, 0 to `most`.
  int number(std::size_t digits, unsigned most) {
    const auto value = sip::parse_number(rest_.substr(0, digits), most);
    if (rest_.size() < digits || !value) {
      good_ = false;
      return 0;
    }
    rest_.remove_prefix(digits);
    return static_cast<int>(*value);
  }
  void mark(std::string_view any_of) {
    good_ = good_ && !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    if (good_) rest_.remove_prefix(1);
  }
  bool take(char c) {
    if (!good_ || !rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Milliseconds of a fraction of any length.
  int fraction() {
    int ms = 0;
    int weight = 100;
    if (rest_.empty() || !sip::is_digit(rest_.front())) good_ = false;
    while (!rest_.empty() && sip::is_digit(rest_.front())) {
      ms += (rest_.front() - '0') * weight;
      weight /= 10;
      rest_.remove_prefix(1);
    }
    return ms;
  }
  bool good() const { return good_; }
  bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_{true};
};

}  // namespace

std::optional<sip::WallTime> parse_rfc3339(std::string_view text) {
  using std::chrono::day;
  using std::chrono::hours;
  using std::chrono::milliseconds;
  using std::chrono::minutes;
  using std::chrono::month;
  using std::chrono::seconds;
  using std::chrono::year;
  constexpr std::size_t longest = 64;
  if (text.size() > longest) return std::nullopt;
  Scan scan{text};
  const int y = scan.number(4, 9999);
  scan.mark("-");
  const int m = scan.number(2, 12);
  scan.mark("-");
  const int d = scan.number(2, 31);
  scan.mark("Tt ");
  const hours hour{scan.number(2, 23)};
  scan.mark(":");
  const minutes minute{scan.number(2, 59)};
  scan.mark(":");
  const seconds second{scan.number(2, 60)};
  const milliseconds fraction{scan.take('.') ? scan.fraction() : 0};
  minutes offset{0};
  if (!scan.take('Z') && !scan.take('z')) {
    const bool ahead = scan.take('+');
    if (!ahead) scan.mark("-");
    offset = hours{scan.number(2, 23)};
    scan.mark(":");
    offset += minutes{scan.number(2, 59)};
    if (!ahead) offset = -offset;
  }
  const std::chrono::year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                                         day{static_cast<unsigned>(d)}};
  if (!scan.done() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days{date} + hour + minute + second + fraction - offset;
}

}  // namespace web::api
