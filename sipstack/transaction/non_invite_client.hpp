#pragma once
#include "sipstack/transaction/machine.hpp"

namespace sip::transaction {

/// Non-INVITE client transaction: RFC 3261 figure 6. A flow that closes under a request fails it.
// clang-format off
inline constexpr Row non_invite_client_table[] = {
    // from              input                    to                  effects                                           starts
    {State::trying,      Input::timer_e,          State::trying,      Effect::send_request | Effect::double_up_to_t2},
    {State::trying,      Input::timer_f,          State::terminated,  Effect::report_timeout},
    {State::trying,      Input::transport_failed, State::terminated,  Effect::report_failure},
    {State::trying,      Input::flow_closed,      State::terminated,  Effect::report_failure},
    {State::trying,      Input::response_1xx,     State::proceeding,  Effect::pass_up},
    {State::trying,      Input::response_2xx,     State::completed,   Effect::stop_timers | Effect::pass_up,            Timer::k},
    {State::trying,      Input::response_error,   State::completed,   Effect::stop_timers | Effect::pass_up,            Timer::k},
    {State::proceeding,  Input::timer_e,          State::proceeding,  Effect::send_request | Effect::repeat_after_t2},
    {State::proceeding,  Input::timer_f,          State::terminated,  Effect::report_timeout},
    {State::proceeding,  Input::transport_failed, State::terminated,  Effect::report_failure},
    {State::proceeding,  Input::flow_closed,      State::terminated,  Effect::report_failure},
    {State::proceeding,  Input::response_1xx,     State::proceeding,  Effect::pass_up},
    {State::proceeding,  Input::response_2xx,     State::completed,   Effect::stop_timers | Effect::pass_up,            Timer::k},
    {State::proceeding,  Input::response_error,   State::completed,   Effect::stop_timers | Effect::pass_up,            Timer::k},
    {State::completed,   Input::timer_k,          State::terminated,  Effect::nothing},
};
// clang-format on
static_assert(is_well_formed(non_invite_client_table));

}  // namespace sip::transaction
