// The parts of LiteRT 1.4 that the snippets use, with the signatures of its Java API.
package org.tensorflow.lite

import java.io.File

open class InterpreterApi {
    open class Options {
        open fun setNumThreads(numThreads: Int): Options = this
    }
}
class Interpreter(modelFile: File, options: Options) : AutoCloseable {
    class Options : InterpreterApi.Options() {
        override fun setNumThreads(numThreads: Int): Options = this
    }
    fun resizeInput(idx: Int, dims: IntArray) {}
    fun allocateTensors() {}
    fun run(input: Any, output: Any) {}
    override fun close() {}
}
