#include "proxy/core/trunk/expression.hpp"

#include "sipstack/base/text.hpp"

namespace proxy::trunk {
namespace {

using Step = Pattern::Step;
using Kind = Pattern::Step::Kind;

constexpr std::size_t deepest = 16;
constexpr std::size_t most_repeats = 64;

std::size_t index(char c) { return static_cast<unsigned char>(c); }

std::ptrdiff_t length(const Pattern::Steps& steps) {
  return static_cast<std::ptrdiff_t>(steps.size());
}

Step split(std::ptrdiff_t first, std::ptrdiff_t second) {
  Step step;
  step.kind = Kind::split;
  step.first = first;
  step.second = second;
  return step;
}

Step jump(std::ptrdiff_t to) {
  Step step;
  step.kind = Kind::jump;
  step.first = to;
  return step;
}

}  // namespace

Pattern::Step one_of(const Pattern::Set& set) {
  Step step;
  step.kind = Kind::one_of;
  step.set = set;
  return step;
}

Pattern::Set only(char c) {
  Pattern::Set set;
  set.set(index(c));
  return set;
}

Pattern::Set between(char first, char last) {
  Pattern::Set set;
  for (std::size_t c = index(first); c <= index(last); ++c) set.set(c);
  return set;
}

std::optional<Pattern::Set> read_set(std::string_view text, std::size_t& at) {
  Pattern::Set set;
  const bool inverted = at < text.size() && text[at] == '^';
  if (inverted) ++at;
  for (bool first = true; at < text.size(); first = false) {
    char c = text[at++];
    if (c == ']' && !first) return inverted ? ~set : set;
    if (c == '\\') {
      if (at >= text.size()) return std::nullopt;
      c = text[at++];
      if (c == 'd') {
        set |= between('0', '9');
        continue;
      }
    }
    const bool range = at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']';
    if (!range) {
      set.set(index(c));
      continue;
    }
    const char last = text[at + 1];
    if (index(last) < index(c) || last == '\\') return std::nullopt;
    set |= between(c, last);
    at += 2;
  }
  return std::nullopt;
}

void Expression::refuse(std::string why) {
  if (!bad_) bad_ = BadPattern{offset_ + at_, std::move(why)};
}

bool Expression::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

void Expression::append(Steps& to, const Steps& more) {
  if (to.size() + more.size() > Pattern::most_steps) return refuse("it asks for too much");
  to.insert(to.end(), more.begin(), more.end());
}

std::variant<Pattern::Steps, BadPattern> Expression::read() {
  Steps steps = alternatives();
  if (!at_end()) refuse("a ) without its (");
  if (bad_) return *bad_;
  return steps;
}

Pattern::Steps Expression::alternatives() {
  Steps steps = sequence();
  while (take('|')) {
    const Steps other = sequence();
    Steps both{split(1, length(steps) + 2)};
    append(both, steps);
    append(both, {jump(length(other) + 1)});
    append(both, other);
    steps = std::move(both);
  }
  return steps;
}

Pattern::Steps Expression::sequence() {
  Steps steps;
  while (!at_end() && text_[at_] != '|' && text_[at_] != ')') append(steps, repeated(atom()));
  return steps;
}

Pattern::Steps Expression::group() {
  if (++depth_ > deepest) {
    refuse("groups are nested too deeply");
    return {};
  }
  if (text_.substr(at_).starts_with("?:")) at_ += 2;
  Steps steps = alternatives();
  if (!take(')')) refuse("a ( without its )");
  --depth_;
  return steps;
}

Pattern::Set Expression::escape() {
  if (at_end()) {
    refuse("nothing follows the backslash");
    return {};
  }
  const char c = text_[at_++];
  if (c == 'd') return between('0', '9');
  if (sip::is_alpha(c) || sip::is_digit(c)) refuse("only \\d and escaped signs are known");
  return only(c);
}

Pattern::Steps Expression::atom() {
  const char c = text_[at_++];
  switch (c) {
    case '(':
      return group();
    case '[': {
      const auto set = read_set(text_, at_);
      if (!set) refuse("a set that does not end, or whose range runs backwards");
      return {one_of(set.value_or(Pattern::Set{}))};
    }
    case '.':
      return {one_of(Pattern::Set{}.set())};
    case '\\':
      return {one_of(escape())};
    case '*':
    case '+':
    case '?':
    case '{':
      --at_;
      refuse("nothing to repeat; write \\+ for a plus sign");
      return {};
    case '^':
    case '$':
      --at_;
      refuse("^ stands in front and $ at the end only");
      return {};
    default:
      return {one_of(only(c))};
  }
}

Pattern::Steps Expression::repeated(Steps item) {
  if (take('*')) {
    Steps steps{split(1, length(item) + 2)};
    append(steps, item);
    append(steps, {jump(-(length(item) + 1))});
    item = std::move(steps);
  } else if (take('+')) {
    append(item, {split(-length(item), 1)});
  } else if (take('?')) {
    Steps steps{split(1, length(item) + 1)};
    append(steps, item);
    item = std::move(steps);
  } else if (take('{')) {
    item = counted(item);
  } else {
    return item;
  }
  if (!at_end() && std::string_view{"*+?{"}.find(text_[at_]) != std::string_view::npos)
    refuse("one repetition behind another");
  return item;
}

std::optional<std::size_t> Expression::count() {
  std::size_t value = 0;
  const std::size_t begin = at_;
  while (!at_end() && sip::is_digit(text_[at_]) && value <= most_repeats)
    value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
  if (value > most_repeats) refuse("repeated more than 64 times");
  return at_ == begin ? std::nullopt : std::optional{value};
}

/// {n}, {n,} or {n,m}, the opening brace being read.
Pattern::Steps Expression::counted(const Steps& item) {
  const auto least = count();
  const bool open = take(',');
  const auto most = open ? count() : least;
  if (!least || !take('}') || (most && *most < *least)) refuse("write {2}, {2,} or {2,4}");
  Steps steps;
  if (bad_) return steps;
  for (std::size_t i = 0; i < *least; ++i) append(steps, item);
  if (!most) {
    append(steps, {split(1, length(item) + 2)});
    append(steps, item);
    append(steps, {jump(-(length(item) + 1))});
  }
  for (std::size_t i = *least; most && i < *most; ++i) {
    append(steps, {split(1, length(item) + 1)});
    append(steps, item);
  }
  return steps;
}

}  // namespace proxy::trunk
