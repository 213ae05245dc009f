#pragma once
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace proxy::trunk {

/// What is wrong with a pattern, and at which of its bytes.
struct BadPattern {
  std::size_t at{0};
  std::string why;
};

/// What a route asks of a number or a name. Matching takes time in proportion to both lengths,
/// whatever the pattern is.
///
///     ""            anything
///     112           just that
///     +49*          what begins like this
///     *@example.com whoever is in that domain
///     _0[1-5]XZN.   a dial pattern: X 0-9, Z 1-9, N 2-9, . one or more of anything, ! zero or more
///     ^\+49(30|89)\d{4,}$   a regular expression: . [] [^] \d () | * + ? {n} {n,} {n,m}, anchored
///                           in front; without $ anything may follow
class Pattern {
 public:
  static constexpr std::size_t longest_pattern{128};
  static constexpr std::size_t longest_text{256};  ///< what is longer matches "" alone
  static constexpr std::size_t most_steps{1'024};

  static std::variant<Pattern, BadPattern> compile(std::string_view text);

  bool matches(std::string_view text) const;
  bool is_any() const { return steps_.empty(); }
  /// Does it match nothing but the empty text, which no number is?
  bool is_vain() const { return steps_.size() == 1 && to_the_end_; }
  const std::string& text() const { return text_; }

  using Set = std::bitset<256>;
  /// One step of the machine; `first` and `second` are where to go on, from here.
  struct Step {
    enum class Kind : std::uint8_t { one_of, split, jump, end };
    Kind kind{Kind::end};
    Set set{};
    std::ptrdiff_t first{1};
    std::ptrdiff_t second{0};
  };
  using Steps = std::vector<Step>;

 private:
  std::string text_;
  Steps steps_;            ///< none: anything
  bool to_the_end_{true};  ///< nothing may follow what matched
};

}  // namespace proxy::trunk
