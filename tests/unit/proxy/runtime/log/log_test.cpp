#include "proxy/runtime/log/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "proxy/runtime/log/escape.hpp"

namespace proxy::runtime::log {
namespace {

using std::chrono::milliseconds;

const sip::WallTime new_year{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} +
                             milliseconds{3'723'004}};

/// A pipe to write a log into and read back.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC) != 0) throw std::runtime_error{"pipe"};
  }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int writer() const { return ends_[1]; }
  std::string read() const {
    std::array<char, 4096> bytes{};
    const auto count = ::read(ends_[0], bytes.data(), bytes.size());
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string{};
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(TextLine, HasTimeLevelEventAndFields) {
  const Report report{Level::info, "call.held", {{"call_id", "abc@host"}, {"aor", "a@b"}}};
  EXPECT_EQ(format_line(Format::text, report, new_year),
            "2026-01-01T01:02:03.004Z info call.held call_id=abc@host aor=a@b\n");
}

TEST(TextLine, QuotesWhatIsNotPlain) {
  EXPECT_EQ(text_value("two words"), "\"two words\"");
  EXPECT_EQ(text_value(""), "\"\"");
  EXPECT_EQ(text_value("a=b"), "\"a=b\"");
  EXPECT_EQ(text_value("say \"hi\" c:\\x"), R"("say \"hi\" c:\\x")");
}

TEST(TextLine, CannotBeBrokenByLineFeedsOrEscapeSequences) {
  EXPECT_EQ(text_value("x\r\ny\x1b[2J"), R"("x\x0D\x0Ay\x1B[2J")");
  EXPECT_EQ(text_value(std::string_view{"nul\0", 4}), R"("nul\x00")");
}

TEST(Printable, KeepsUtf8AndEscapesWhatIsNot) {
  EXPECT_EQ(printable("J\xC3\xBCrgen"), "J\xC3\xBCrgen");
  EXPECT_EQ(printable("\xFF\xC3"), R"(\xFF\xC3)");
  EXPECT_EQ(printable("\xC0\xAF"), R"(\xC0\xAF)") << "overlong";
  EXPECT_EQ(printable("\xE0\x80\xAF"), R"(\xE0\x80\xAF)") << "overlong";
  EXPECT_EQ(printable("\xED\xA0\x80"), R"(\xED\xA0\x80)") << "surrogate";
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), R"(\xF4\x90\x80\x80)") << "above U+10FFFF";
}

TEST(Printable, EscapesC1ControlsAndDirectionMarks) {
  EXPECT_EQ(printable("\xC2\x9B"), R"(\xC2\x9B)");
  EXPECT_EQ(printable("\xE2\x80\xAE"), R"(\xE2\x80\xAE)");
}

TEST(JsonLine, IsOneObjectWhateverTheBytes) {
  const Report report{Level::warn, "wire.malformed", {{"from", "\xFF\"\n{"}}};
  const auto line = format_line(Format::json, report, new_year, 3);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["event"], "wire.malformed");
  EXPECT_EQ(object["level"], "warn");
  EXPECT_EQ(object["from"], R"(\xFF"\x0A{)");
  EXPECT_EQ(object["suppressed"], 3);
}

TEST(Timestamp, CountsLeapDays) {
  const sip::WallTime leap{std::chrono::sys_days{std::chrono::year{2028} / 2 / 29} +
                           milliseconds{86'399'999}};
  EXPECT_EQ(timestamp(leap), "2028-02-29T23:59:59.999Z");
}

TEST(RateGuard, PassesOneLineASecondPerEventAndCountsTheRest) {
  RateGuard guard;
  EXPECT_EQ(guard.pass("a", new_year), 0U);
  EXPECT_FALSE(guard.pass("a", new_year));
  EXPECT_FALSE(guard.pass("a", new_year + milliseconds{999}));
  EXPECT_EQ(guard.pass("b", new_year), 0U);
  EXPECT_EQ(guard.pass("a", new_year + milliseconds{1000}), 2U);
  EXPECT_EQ(guard.pass("a", new_year + milliseconds{2000}), 0U);
}

TEST(RateGuard, IsNotSilencedByAClockThatWasSetBack) {
  RateGuard guard;
  EXPECT_EQ(guard.pass("a", new_year), 0U);
  EXPECT_EQ(guard.pass("a", new_year - std::chrono::hours{1}), 0U);
}

TEST(Log, LeavesOutLinesBelowItsLevel) {
  Pipe pipe;
  Log log{Format::text, Level::warn, pipe.writer()};
  log.write({Level::info, "quiet", {}}, new_year);
  log.write({Level::warn, "loud", {}}, new_year);
  log.flush();
  EXPECT_EQ(pipe.read(), "2026-01-01T01:02:03.004Z warn loud\n");
}

TEST(Log, GathersLinesUntilFlushed) {
  Pipe pipe;
  Log log{Format::text, Level::debug, pipe.writer()};
  log.write({Level::info, "one", {}}, new_year);
  log.write({Level::info, "two", {}}, new_year);
  EXPECT_EQ(pipe.read(), "");
  log.flush();
  EXPECT_NE(pipe.read().find("two"), std::string::npos);
}

TEST(Log, SaysHowManyGuardedLinesItHeldBack) {
  Pipe pipe;
  Log log{Format::text, Level::debug, pipe.writer()};
  for (int i = 0; i < 18; ++i) log.write_guarded({Level::warn, "wire.malformed", {}}, new_year);
  log.write_guarded({Level::warn, "wire.malformed", {}}, new_year + milliseconds{1000});
  log.flush();
  EXPECT_EQ(pipe.read(),
            "2026-01-01T01:02:03.004Z warn wire.malformed\n"
            "2026-01-01T01:02:04.004Z warn wire.malformed suppressed=17\n");
}

TEST(Log, OneKindOfAGuardedLineDoesNotHoldBackAnother) {
  Pipe pipe;
  Log log{Format::text, Level::debug, pipe.writer()};
  for (const auto* kind : {"slow", "garbage", "slow"})
    log.write_guarded({Level::info, "trouble", {{"what", kind}}}, new_year, kind);
  log.flush();
  EXPECT_EQ(pipe.read(),
            "2026-01-01T01:02:03.004Z info trouble what=slow\n"
            "2026-01-01T01:02:03.004Z info trouble what=garbage\n");
}

TEST(Log, GivesUpOnAFullPipeInsteadOfWaiting) {
  Pipe pipe;
  Log log{Format::text, Level::debug, pipe.writer()};
  const Report report{Level::info, "big", {{"x", std::string(60'000, 'x')}}};
  for (int i = 0; i < 4; ++i) log.write(report, new_year);
  log.flush();
  EXPECT_FALSE(pipe.read().empty());
}

TEST(Level, IsReadByItsName) {
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("error"), Level::error);
  EXPECT_FALSE(parse_level("INFO"));
}

}  // namespace
}  // namespace proxy::runtime::log
