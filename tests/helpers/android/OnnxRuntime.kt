// The parts of onnxruntime-android that the snippets use, with the signatures of its Java API.
package ai.onnxruntime

import java.nio.FloatBuffer

interface OnnxValue : AutoCloseable
abstract class OnnxTensorLike : OnnxValue
class OnnxTensor : OnnxTensorLike() {
    val floatBuffer: FloatBuffer get() = FloatBuffer.allocate(1)
    override fun close() {}
    companion object {
        @JvmStatic fun createTensor(env: OrtEnvironment, data: FloatBuffer, shape: LongArray): OnnxTensor = OnnxTensor()
    }
}
class OrtEnvironment : AutoCloseable {
    fun createSession(modelArray: ByteArray, options: OrtSession.SessionOptions): OrtSession = OrtSession()
    override fun close() {}
    companion object { @JvmStatic fun getEnvironment(): OrtEnvironment = OrtEnvironment() }
}
class OrtSession : AutoCloseable {
    class SessionOptions : AutoCloseable { override fun close() {} }
    class Result : AutoCloseable { fun get(index: Int): OnnxValue = OnnxTensor(); override fun close() {} }
    fun run(inputs: Map<String, OnnxTensorLike>): Result = Result()
    override fun close() {}
}
