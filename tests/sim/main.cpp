#include <charconv>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/sim/runner.hpp"

namespace {

using test::sim::Order;

constexpr std::string_view usage =
    R"(sim: the engine in a simulated world. One seed is one run, the same each time.

  sim [--seeds N | --time 60s] [--from S] [--jobs 2]   many seeds, from S (default 1)
  sim --seed S [--ladder] [--trace]                    one seed, shown
  sim --kept FILE                                      the seeds of a file, one a line

Ends with 1 when an invariant was violated or, after many seeds, when something was never reached.
)";

struct Options {
  Order order;
  std::optional<std::uint64_t> seed;
  std::string kept;
  bool ladder{false};
  bool trace{false};
  bool full{false};  ///< a run that must reach everything
};

std::uint64_t number(std::string_view option, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument{std::string{option} + ": not a number: " + std::string{text}};
  return value;
}

sip::Duration duration(std::string_view option, std::string_view text) {
  constexpr std::uint64_t longest = 1'000'000;
  std::uint64_t unit = 1;
  auto digits = text;
  if (text.ends_with('s') || text.ends_with('m')) {
    unit = text.ends_with('m') ? 60 : 1;
    digits.remove_suffix(1);
  }
  const auto value = number(option, digits);
  if (value > longest) throw std::invalid_argument{std::string{option} + ": too long"};
  return std::chrono::seconds{value * unit};
}

Options read(int argc, char** argv) {
  constexpr std::uint64_t jobs_max = 64;
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    const auto value = [&]() -> std::string_view {
      if (++i >= argc) throw std::invalid_argument{std::string{option} + ": needs a value"};
      return argv[i];
    };
    if (option == "--seeds") {
      options.order.seeds = number(option, value());
    } else if (option == "--from") {
      options.order.from = number(option, value());
    } else if (option == "--time") {
      options.order.time = duration(option, value());
    } else if (option == "--jobs") {
      const auto jobs = number(option, value());
      if (jobs == 0 || jobs > jobs_max) throw std::invalid_argument{"--jobs: 1 to 64"};
      options.order.jobs = static_cast<std::size_t>(jobs);
    } else if (option == "--seed") {
      options.seed = number(option, value());
    } else if (option == "--kept") {
      options.kept = value();
    } else if (option == "--ladder") {
      options.ladder = true;
    } else if (option == "--trace") {
      options.trace = true;
    } else if (option == "--full") {
      options.full = true;
    } else {
      throw std::invalid_argument{"unknown option: " + std::string{option} + " (see --help)"};
    }
  }
  if (!options.order.seeds && !options.order.time) options.order.time = std::chrono::minutes{1};
  return options;
}

void show(const test::sim::Failure& failure) {
  std::cout << "\nseed " << failure.seed << " violates:\n";
  for (const auto& text : failure.violations) std::cout << "  " << text << '\n';
  std::cout << "  replay: sim --seed " << failure.seed << " --ladder --trace\n";
}

int play_one(std::uint64_t seed, bool ladder, bool trace) {
  test::sim::Reach reach;
  const auto outcome = test::sim::run(seed, reach, test::sim::Keep::everything);
  if (trace) std::cout << outcome.trace << '\n';
  if (ladder) std::cout << outcome.ladders << '\n';
  std::cout << "seed " << seed << ": " << outcome.tally.calls << " calls, "
            << outcome.tally.messages << " messages, hash " << std::hex << outcome.hash << std::dec
            << ", " << outcome.violations.size() << " violations\n";
  for (const auto& text : outcome.violations) std::cout << "  " << text << '\n';
  return outcome.violations.empty() ? 0 : 1;
}

int play_kept(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::invalid_argument{"--kept: cannot read " + path};
  std::string line;
  int failed = 0;
  int played = 0;
  while (std::getline(file, line)) {
    const auto text = std::string_view{line}.substr(0, line.find_first_of(" #"));
    if (text.empty()) continue;
    ++played;
    failed += play_one(number("--kept", text), false, false);
  }
  std::cout << played << " kept seeds, " << failed << " fail\n";
  return failed == 0 ? 0 : 1;
}

int play_many(const Options& options) {
  const auto total = test::sim::run_all(options.order);
  std::cout << test::sim::report(total);
  for (const auto& failure : total.failures) show(failure);
  if (!total.failures.empty()) {
    const auto seed = total.failures.front().seed;
    std::cout << '\n';
    play_one(seed, true, true);
  }
  const auto missed = test::sim::never_reached(total);
  if (!missed.empty()) std::cout << "\nnever reached:\n";
  for (const auto& text : missed) std::cout << "  " << text << '\n';
  return total.failures.empty() && (missed.empty() || !options.full) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && (std::string_view{argv[1]} == "--help" || std::string_view{argv[1]} == "-h")) {
    std::cout << usage;
    return 0;
  }
  Options options;
  try {
    options = read(argc, argv);
    if (options.seed) return play_one(*options.seed, options.ladder, options.trace);
    if (!options.kept.empty()) return play_kept(options.kept);
  } catch (const std::invalid_argument& error) {
    std::cerr << "sim: " << error.what() << '\n';
    return 2;
  }
  return play_many(options);
}
