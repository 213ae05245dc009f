#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "sipstack/transaction/invite_client.hpp"
#include "sipstack/transaction/invite_server.hpp"
#include "sipstack/transaction/non_invite_client.hpp"
#include "sipstack/transaction/non_invite_server.hpp"

// The matrices below are written from the RFC pages, every state against every input, and not from
// the tables under test. "." means ignored. Words: send, ACK, answer: request, ACK or response goes
// out; up: told to the user; stop: no timer runs on; +X: timer X starts; G: Timer G starts at T1;
// x2, x2<T2, T2: the next retransmission is due after twice the interval, that but at most T2, T2.

namespace sip::transaction {
namespace {

const std::vector<std::pair<Input, std::string>> input_names{
    {Input::request, "request"},
    {Input::ack, "ACK"},
    {Input::respond_1xx, "<1xx"},
    {Input::respond_2xx, "<2xx"},
    {Input::respond_error, "<3xx-6xx"},
    {Input::response_1xx, "1xx"},
    {Input::response_2xx, "2xx"},
    {Input::response_error, "3xx-6xx"},
    {Input::timer_a, "A"},
    {Input::timer_b, "B"},
    {Input::timer_d, "D"},
    {Input::timer_e, "E"},
    {Input::timer_f, "F"},
    {Input::timer_g, "G"},
    {Input::timer_h, "H"},
    {Input::timer_i, "I"},
    {Input::timer_j, "J"},
    {Input::timer_k, "K"},
    {Input::timer_l, "L"},
    {Input::timer_m, "M"},
    {Input::cancel_unanswered, "cancel"},
    {Input::transport_failed, "error"},
    {Input::flow_closed, "closed"},
};
const std::vector<std::pair<State, std::string>> state_names{
    {State::calling, "calling"},       {State::trying, "trying"},
    {State::proceeding, "proceeding"}, {State::accepted, "accepted"},
    {State::completed, "completed"},   {State::confirmed, "confirmed"},
    {State::terminated, "terminated"},
};
const std::vector<std::pair<Effect, std::string>> effect_names{
    {Effect::send_request, "send"},      {Effect::send_ack, "ACK"},
    {Effect::send_response, "answer"},   {Effect::pass_up, "up"},
    {Effect::report_timeout, "timeout"}, {Effect::report_failure, "failed"},
    {Effect::stop_timers, "stop"},       {Effect::retransmit_from_t1, "G"},
    {Effect::double_interval, "x2"},     {Effect::double_up_to_t2, "x2<T2"},
    {Effect::repeat_after_t2, "T2"},
};
const std::vector<std::pair<Timer, std::string>> timer_names{
    {Timer::b, "+B"}, {Timer::d, "+D"},           {Timer::f, "+F"}, {Timer::h, "+H"},
    {Timer::i, "+I"}, {Timer::j, "+J"},           {Timer::k, "+K"}, {Timer::l, "+L"},
    {Timer::m, "+M"}, {Timer::cancel, "+cancel"},
};

template <class Value>
std::string name_of(const std::vector<std::pair<Value, std::string>>& names, Value value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return "?";
}

/// One line a pair, words separated by one blank, so that the expected text may be aligned.
std::string squeeze(std::istream& lines) {
  std::string out;
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words{line};
    std::string word;
    std::string joined;
    while (words >> word) {
      if (!joined.empty()) joined += ' ';
      joined += word;
    }
    if (!joined.empty()) out += joined + '\n';
  }
  return out;
}

std::string squeeze(const std::string& text) {
  std::istringstream lines{text};
  return squeeze(lines);
}

/// What the table says about each pair that the expected text has a line for, in its order.
std::string actual(std::span<const Row> table, const std::string& expected) {
  std::string out;
  std::istringstream lines{expected};
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words{line};
    std::string state_name;
    std::string input_name;
    words >> state_name >> input_name;
    for (const auto& [state, sname] : state_names)
      for (const auto& [input, iname] : input_names) {
        if (sname != state_name || iname != input_name) continue;
        out.append(sname).append(" ").append(iname);
        const Row* row = find(table, state, input);
        if (!row) {
          out += " .\n";
          continue;
        }
        out.append(" -> ").append(name_of(state_names, row->to)).append(" :");
        for (const auto& [effect, ename] : effect_names)
          if (has(row->effects, effect)) out.append(" ").append(ename);
        if (row->start != Timer::none) out.append(" ").append(name_of(timer_names, row->start));
        out += '\n';
      }
  }
  return out;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}
std::size_t rows_in(const std::string& text) {
  std::size_t rows = 0;
  for (std::size_t at = text.find(" -> "); at != std::string::npos; at = text.find(" -> ", at + 1))
    ++rows;
  return rows;
}

/// Compares every line, and that the table has no row the text does not know.
void expect_matrix(std::span<const Row> table, const std::string& text, std::size_t states,
                   std::size_t inputs) {
  const auto expected = squeeze(text);
  EXPECT_EQ(lines_in(expected), states * inputs);
  EXPECT_EQ(actual(table, expected), expected);
  EXPECT_EQ(table.size(), rows_in(expected));
}

TEST(InviteClientMatrix, IsFigure5OfRfc3261AsAmendedByRfc6026) {
  expect_matrix(invite_client_table, R"(
    calling    1xx     -> proceeding : up stop
    calling    2xx     -> accepted   : up stop +M
    calling    3xx-6xx -> completed  : ACK up stop +D
    calling    A       -> calling    : send x2
    calling    B       -> terminated : timeout
    calling    D       .
    calling    M       .
    calling    cancel  .
    calling    error   -> terminated : failed
    calling    closed  -> terminated : failed
    proceeding 1xx     -> proceeding : up
    proceeding 2xx     -> accepted   : up +M
    proceeding 3xx-6xx -> completed  : ACK up +D
    proceeding A       .
    proceeding B       .
    proceeding D       .
    proceeding M       .
    proceeding cancel  -> terminated : timeout
    proceeding error   .
    proceeding closed  -> terminated : failed
    accepted   1xx     .
    accepted   2xx     -> accepted   : up
    accepted   3xx-6xx .
    accepted   A       .
    accepted   B       .
    accepted   D       .
    accepted   M       -> terminated :
    accepted   cancel  .
    accepted   error   .
    accepted   closed  .
    completed  1xx     .
    completed  2xx     .
    completed  3xx-6xx -> completed  : ACK
    completed  A       .
    completed  B       .
    completed  D       -> terminated :
    completed  M       .
    completed  cancel  .
    completed  error   -> terminated : failed
    completed  closed  .
    terminated 1xx     .
    terminated 2xx     .
    terminated 3xx-6xx .
    terminated A       .
    terminated B       .
    terminated D       .
    terminated M       .
    terminated cancel  .
    terminated error   .
    terminated closed  .
  )",
                5, 10);
}

TEST(InviteServerMatrix, IsFigure7OfRfc3261AsAmendedByRfc6026) {
  expect_matrix(invite_server_table, R"(
    proceeding request  -> proceeding : answer
    proceeding ACK      .
    proceeding <1xx     -> proceeding : answer
    proceeding <2xx     -> accepted   : answer +L
    proceeding <3xx-6xx -> completed  : answer G +H
    proceeding G        .
    proceeding H        .
    proceeding I        .
    proceeding L        .
    accepted   request  -> accepted   :
    accepted   ACK      -> accepted   : up
    accepted   <1xx     .
    accepted   <2xx     -> accepted   : answer
    accepted   <3xx-6xx .
    accepted   G        .
    accepted   H        .
    accepted   I        .
    accepted   L        -> terminated :
    completed  request  -> completed  : answer
    completed  ACK      -> confirmed  : stop +I
    completed  <1xx     .
    completed  <2xx     .
    completed  <3xx-6xx .
    completed  G        -> completed  : answer x2<T2
    completed  H        -> terminated : failed
    completed  I        .
    completed  L        .
    confirmed  request  .
    confirmed  ACK      -> confirmed  :
    confirmed  <1xx     .
    confirmed  <2xx     .
    confirmed  <3xx-6xx .
    confirmed  G        .
    confirmed  H        .
    confirmed  I        -> terminated :
    confirmed  L        .
    terminated request  .
    terminated ACK      .
    terminated <1xx     .
    terminated <2xx     .
    terminated <3xx-6xx .
    terminated G        .
    terminated H        .
    terminated I        .
    terminated L        .
  )",
                5, 9);
}

TEST(NonInviteClientMatrix, IsFigure6OfRfc3261) {
  expect_matrix(non_invite_client_table, R"(
    trying     1xx     -> proceeding : up
    trying     2xx     -> completed  : up stop +K
    trying     3xx-6xx -> completed  : up stop +K
    trying     E       -> trying     : send x2<T2
    trying     F       -> terminated : timeout
    trying     K       .
    trying     error   -> terminated : failed
    trying     closed  -> terminated : failed
    proceeding 1xx     -> proceeding : up
    proceeding 2xx     -> completed  : up stop +K
    proceeding 3xx-6xx -> completed  : up stop +K
    proceeding E       -> proceeding : send T2
    proceeding F       -> terminated : timeout
    proceeding K       .
    proceeding error   -> terminated : failed
    proceeding closed  -> terminated : failed
    completed  1xx     .
    completed  2xx     .
    completed  3xx-6xx .
    completed  E       .
    completed  F       .
    completed  K       -> terminated :
    completed  error   .
    completed  closed  .
    terminated 1xx     .
    terminated 2xx     .
    terminated 3xx-6xx .
    terminated E       .
    terminated F       .
    terminated K       .
    terminated error   .
    terminated closed  .
  )",
                4, 8);
}

TEST(NonInviteServerMatrix, IsFigure8OfRfc3261) {
  expect_matrix(non_invite_server_table, R"(
    trying     request  .
    trying     <1xx     -> proceeding : answer
    trying     <2xx     -> completed  : answer +J
    trying     <3xx-6xx -> completed  : answer +J
    trying     J        .
    proceeding request  -> proceeding : answer
    proceeding <1xx     -> proceeding : answer
    proceeding <2xx     -> completed  : answer +J
    proceeding <3xx-6xx -> completed  : answer +J
    proceeding J        .
    completed  request  -> completed  : answer
    completed  <1xx     .
    completed  <2xx     .
    completed  <3xx-6xx .
    completed  J        -> terminated :
    terminated request  .
    terminated <1xx     .
    terminated <2xx     .
    terminated <3xx-6xx .
    terminated J        .
  )",
                4, 5);
}

TEST(Machine, EveryTimerFiresAsItsOwnInput) {
  for (const auto& [timer, name] : timer_names)
    EXPECT_EQ("+" + name_of(input_names, fired(timer)), name);
}

TEST(Machine, ATableWithTwoRowsForOnePairIsNotWellFormed) {
  constexpr Row twice[]{{State::calling, Input::timer_a, State::calling, Effect::send_request},
                        {State::calling, Input::timer_a, State::terminated, Effect::nothing}};
  constexpr Row undead[]{{State::terminated, Input::timer_a, State::calling, Effect::nothing}};
  EXPECT_FALSE(is_well_formed(twice));
  EXPECT_FALSE(is_well_formed(undead));
  EXPECT_TRUE(is_well_formed(std::span{twice}.first(1)));
}

}  // namespace
}  // namespace sip::transaction
