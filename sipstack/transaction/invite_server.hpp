#pragma once
#include "sipstack/transaction/machine.hpp"

namespace sip::transaction {

/// INVITE server transaction: RFC 3261 figure 7 as amended by RFC 6026 section 7.1. The 100 is the
/// user's to send. The arrows for transport errors are missing: nobody reports the fate of a
/// response, and RFC 6026 section 8.8 makes such an error no end of the transaction.
// clang-format off
inline constexpr Row invite_server_table[] = {
    // from              input                 to                  effects                                              starts
    {State::proceeding,  Input::request,       State::proceeding,  Effect::send_response},
    {State::proceeding,  Input::respond_1xx,   State::proceeding,  Effect::send_response},
    {State::proceeding,  Input::respond_2xx,   State::accepted,    Effect::send_response,                               Timer::l},
    {State::proceeding,  Input::respond_error, State::completed,   Effect::send_response | Effect::retransmit_from_t1,  Timer::h},
    {State::accepted,    Input::request,       State::accepted,    Effect::nothing},
    {State::accepted,    Input::respond_2xx,   State::accepted,    Effect::send_response},
    {State::accepted,    Input::ack,           State::accepted,    Effect::pass_up},
    {State::accepted,    Input::timer_l,       State::terminated,  Effect::nothing},
    {State::completed,   Input::request,       State::completed,   Effect::send_response},
    {State::completed,   Input::timer_g,       State::completed,   Effect::send_response | Effect::double_up_to_t2},
    {State::completed,   Input::ack,           State::confirmed,   Effect::stop_timers,                                 Timer::i},
    {State::completed,   Input::timer_h,       State::terminated,  Effect::report_failure},
    {State::confirmed,   Input::ack,           State::confirmed,   Effect::nothing},
    {State::confirmed,   Input::timer_i,       State::terminated,  Effect::nothing},
};
// clang-format on
static_assert(is_well_formed(invite_server_table));

}  // namespace sip::transaction
