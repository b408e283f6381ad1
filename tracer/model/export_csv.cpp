// Writes the rows.
//
// A window with a task has the rows of what that task did and of what woke or spawned it. Not here:
// quoting (export_text.cpp).
// Internal to tracer/.
#include "tracer/model/export_csv.hpp"

namespace giambio::trace {
namespace {

bool concerns(const recording& of, const event& that, std::uint32_t task) {
    return that.task == task || of.number(that, key::woken) == task ||
           of.number(that, key::child) == task;
}

}  // namespace

std::size_t csv_table(const recording& of, const window& shown, const receiver& to) {
    text_buffer out(to);
    out.put("seq,t,turn,kind,task,task_name,cause,at,place,args\r\n");
    std::size_t rows = 0;
    for (std::size_t i = shown.from; i < shown.to; ++i) {
        const event each = of.events[i];
        if (shown.task && !concerns(of, each, *shown.task)) continue;
        out.add("{},{},{},{},{},{},{},{},{},{}\r\n", each.seq, each.t, each.turn,
                csv_field(of.kind_word(each)), each.task, csv_field(of.task_name(each.task)),
                each.cause, each.at, csv_field(of.place(each.at)),
                csv_field(json_arguments(of, each)));
        ++rows;
    }
    out.flush();
    return rows;
}

}  // namespace giambio::trace
