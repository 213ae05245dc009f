#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/support/chance.hpp"

namespace test {

/// A thing the outside world does in answer to the engine, or of its own accord.
enum class External : std::uint8_t {
  commit,
  push,
  message,   ///< from a party to the engine
  delivery,  ///< from the engine to a party
};
enum class Fault : std::uint8_t {
  none,
  lost,
  doubled,
  failed,
  late,
  crash,  ///< kill -9 right after the engine has met it, before anything more is committed
};
inline constexpr std::size_t fault_count = 6;

constexpr std::string_view to_string(External external) {
  constexpr std::string_view names[] = {"commit", "push", "message", "delivery"};
  return names[static_cast<std::size_t>(external)];
}
constexpr std::string_view to_string(Fault fault) {
  constexpr std::string_view names[] = {"none", "lost", "doubled", "failed", "late", "crash"};
  return names[static_cast<std::size_t>(fault)];
}

/// Counts what comes from outside and spoils one of it: the same script, the same seed and the same
/// index meet the same answer again.
class Faults {
 public:
  Faults() = default;
  Faults(std::size_t index, Fault fault) : index_{index}, fault_{fault} {}

  /// What shall happen to the next external thing.
  Fault next(External external) {
    seen_.push_back(external);
    return index_ && *index_ == seen_.size() - 1 ? fault_ : Fault::none;
  }
  const std::vector<External>& seen() const { return seen_; }
  bool spoils() const { return index_.has_value(); }
  /// What was spoilt, once it has been met.
  std::optional<External> struck() const {
    return index_ && *index_ < seen_.size() ? std::optional{seen_[*index_]} : std::nullopt;
  }

 private:
  std::optional<std::size_t> index_;
  Fault fault_{Fault::none};
  std::vector<External> seen_;
};

/// The one fault, where it is due.
class FaultChance : public Chance {
 public:
  explicit FaultChance(Faults& faults) : faults_{faults} {}

  Passage message(const Line& line, const std::string& bytes) override;
  Passage delivery(const Line& line, const std::string& bytes) override;
  CommitFate commit() override;
  PushAnswer push(const proxy::Push& push, PushAnswer planned) override;

 private:
  Faults& faults_;
};

}  // namespace test
