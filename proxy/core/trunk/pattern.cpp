#include "proxy/core/trunk/pattern.hpp"

#include <utility>

#include "proxy/core/trunk/expression.hpp"

namespace proxy::trunk {
namespace {

using Kind = Pattern::Step::Kind;

Pattern::Steps literal(std::string_view text) {
  Pattern::Steps steps;
  for (const char c : text) steps.push_back(one_of(only(c)));
  return steps;
}

/// Any text, and then this one.
Pattern::Steps anything_and(std::string_view text) {
  Pattern::Step loop, back;
  loop.kind = Kind::split;
  loop.second = 3;
  back.kind = Kind::jump;
  back.first = -2;
  Pattern::Steps steps{loop, one_of(Pattern::Set{}.set()), back};
  for (auto& step : literal(text)) steps.push_back(step);
  return steps;
}

/// The letters of a dial pattern, as Asterisk writes them.
std::optional<Pattern::Set> dial_letter(char c) {
  switch (c) {
    case 'X':
    case 'x':
      return between('0', '9');
    case 'Z':
    case 'z':
      return between('1', '9');
    case 'N':
    case 'n':
      return between('2', '9');
    default:
      return std::nullopt;
  }
}

/// `text`: behind the underscore. `open` is set when anything may follow.
std::variant<Pattern::Steps, BadPattern> dial_steps(std::string_view text, bool& open) {
  Pattern::Steps steps;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char c = text[at++];
    if (c == '.' || c == '!') {
      if (at != text.size()) return BadPattern{begin + 1, ". and ! stand at the end only"};
      if (c == '.') steps.push_back(one_of(Pattern::Set{}.set()));
      open = true;
    } else if (c == '[') {
      const auto set = read_set(text, at);
      if (!set) return BadPattern{begin + 1, "a set that does not end, or runs backwards"};
      steps.push_back(one_of(*set));
    } else {
      steps.push_back(one_of(dial_letter(c).value_or(only(c))));
    }
  }
  return steps;
}

/// Is the sign at `at` escaped?
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t slashes = 0;
  while (at > slashes && text[at - slashes - 1] == '\\') ++slashes;
  return slashes % 2 == 1;
}

bool is_odd(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

/// The states a machine is in, each once, with what needs no sign followed through.
class States {
 public:
  explicit States(const Pattern::Steps& steps) : steps_{steps}, in_(steps.size()) {}

  void enter(std::size_t state) {
    todo_.push_back(state);
    while (!todo_.empty()) {
      const std::size_t at = todo_.back();
      todo_.pop_back();
      if (in_[at]) continue;
      in_[at] = true;
      const auto& step = steps_[at];
      if (step.kind == Kind::end) ended_ = true;
      if (step.kind == Kind::one_of) list_.push_back(at);
      if (step.kind == Kind::jump || step.kind == Kind::split) go(at, step.first);
      if (step.kind == Kind::split) go(at, step.second);
    }
  }
  void clear() {
    in_.assign(in_.size(), false);
    list_.clear();
    ended_ = false;
  }
  const std::vector<std::size_t>& list() const { return list_; }
  bool ended() const { return ended_; }

 private:
  void go(std::size_t from, std::ptrdiff_t by) {
    todo_.push_back(static_cast<std::size_t>(static_cast<std::ptrdiff_t>(from) + by));
  }

  const Pattern::Steps& steps_;
  std::vector<bool> in_;
  std::vector<std::size_t> list_, todo_;
  bool ended_{false};
};

}  // namespace

std::variant<Pattern, BadPattern> Pattern::compile(std::string_view text) {
  Pattern pattern;
  pattern.text_ = text;
  if (text.empty()) return pattern;
  if (text.size() > longest_pattern) return BadPattern{longest_pattern, "longer than 128 bytes"};
  for (std::size_t i = 0; i < text.size(); ++i)
    if (is_odd(text[i])) return BadPattern{i, "a blank or control character"};
  std::variant<Steps, BadPattern> read;
  if (text.front() == '^') {
    std::string_view inner = text.substr(1);
    const bool ends = inner.ends_with('$') && !is_escaped(inner, inner.size() - 1);
    if (ends) inner.remove_suffix(1);
    pattern.to_the_end_ = ends;
    read = Expression{inner, 1}.read();
  } else if (text.front() == '_') {
    bool open = false;
    read = dial_steps(text.substr(1), open);
    pattern.to_the_end_ = !open;
  } else {
    pattern.to_the_end_ = !text.ends_with('*');
    const auto plain = text.substr(0, text.size() - (pattern.to_the_end_ ? 0 : 1));
    // A star in front is a sign like others (*97), but nobody's whole name.
    read = plain.starts_with("*@") ? anything_and(plain.substr(1)) : literal(plain);
  }
  if (const auto* bad = std::get_if<BadPattern>(&read)) return *bad;
  pattern.steps_ = std::get<Steps>(std::move(read));
  pattern.steps_.emplace_back();
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (is_any()) return true;
  if (text.size() > longest_text) return false;
  States one{steps_}, other{steps_};
  States* now = &one;
  States* next = &other;
  now->enter(0);
  for (const char c : text) {
    if (now->ended() && !to_the_end_) return true;
    next->clear();
    for (const std::size_t at : now->list())
      if (steps_[at].set[static_cast<unsigned char>(c)]) next->enter(at + 1);
    std::swap(now, next);
    if (now->list().empty() && !now->ended()) return false;
  }
  return now->ended();
}

}  // namespace proxy::trunk
